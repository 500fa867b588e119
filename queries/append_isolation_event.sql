-- appends the rows of the frame "rows" to isolation_event, by column name
-- parameters: none
insert into ledger.isolation_event by name select * from rows
