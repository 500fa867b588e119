-- appends the rows of the frame "rows" to list_entry, by column name
-- parameters: none
insert into ledger.list_entry by name select * from rows
