-- appends the rows of the frame "rows" to void, by column name
-- parameters: none
insert into ledger.void by name select * from rows
