-- appends the rows of the frame "rows" to entry_point, by column name
-- parameters: none
insert into ledger.entry_point by name select * from rows
