-- appends the rows of the frame "rows" to mark, by column name
-- parameters: none
insert into ledger.mark by name select * from rows
