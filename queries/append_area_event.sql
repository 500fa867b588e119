-- appends the rows of the frame "rows" to area_event, by column name
-- parameters: none
insert into ledger.area_event by name select * from rows
