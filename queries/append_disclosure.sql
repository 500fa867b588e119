-- appends the rows of the frame "rows" to disclosure, by column name
-- parameters: none
insert into ledger.disclosure by name select * from rows
