-- appends the rows of the frame "rows" to visit, by column name
-- parameters: none
insert into ledger.visit by name select * from rows
