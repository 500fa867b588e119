-- appends the rows of the frame "rows" to purge_record, by column name
-- parameters: none
insert into ledger.purge_record by name select * from rows
