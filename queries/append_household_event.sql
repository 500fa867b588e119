-- appends the rows of the frame "rows" to household_event, by column name
-- parameters: none
insert into ledger.household_event by name select * from rows
