-- appends the rows of the frame "rows" to entrance_event, by column name
-- parameters: none
insert into ledger.entrance_event by name select * from rows
