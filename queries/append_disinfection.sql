-- appends the rows of the frame "rows" to disinfection, by column name
-- parameters: none
insert into ledger.disinfection by name select * from rows
