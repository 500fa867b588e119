-- appends the rows of the frame "rows" to duty_shift, by column name
-- parameters: none
insert into ledger.duty_shift by name select * from rows
