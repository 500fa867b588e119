-- appends the rows of the frame "rows" to person_event, by column name
-- parameters: none
insert into ledger.person_event by name select * from rows
