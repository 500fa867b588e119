-- appends the rows of the frame "rows" to pass_event, by column name
-- parameters: none
insert into ledger.pass_event by name select * from rows
