-- appends the rows of the frame "rows" to business_check, by column name
-- parameters: none
insert into ledger.business_check by name select * from rows
