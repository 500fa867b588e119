-- appends the rows of the frame "rows" to care_request, by column name
-- parameters: none
insert into ledger.care_request by name select * from rows
