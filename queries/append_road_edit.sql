-- appends the rows of the frame "rows" to road_edit, by column name
-- parameters: none
insert into ledger.road_edit by name select * from rows
