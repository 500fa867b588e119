-- appends the rows of the frame "rows" to inspection, by column name
-- parameters: none
insert into ledger.inspection by name select * from rows
