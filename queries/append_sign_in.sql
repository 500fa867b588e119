-- appends the rows of the frame "rows" to sign_in, by column name
-- parameters: none
insert into ledger.sign_in by name select * from rows
