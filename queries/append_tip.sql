-- appends the rows of the frame "rows" to tip, by column name
-- parameters: none
insert into ledger.tip by name select * from rows
