-- appends the rows of the frame "rows" to supply_event, by column name
-- parameters: none
insert into ledger.supply_event by name select * from rows
