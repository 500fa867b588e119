-- appends the rows of the frame "rows" to measure, by column name
-- parameters: none
insert into ledger.measure by name select * from rows
