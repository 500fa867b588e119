-- appends the rows of the frame "rows" to entrance_declaration, by column name
-- parameters: none
insert into ledger.entrance_declaration by name select * from rows
