-- appends the rows of the frame "rows" to unit_event, by column name
-- parameters: none
insert into ledger.unit_event by name select * from rows
