-- appends the rows of the frame "rows" to import_batch, by column name
-- parameters: none
insert into ledger.import_batch by name select * from rows
