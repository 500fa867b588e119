-- appends the rows of the frame "rows" to reading, by column name
-- parameters: none
insert into ledger.reading by name select * from rows
