-- appends the rows of the frame "rows" to feature_event, by column name
-- parameters: none
insert into ledger.feature_event by name select * from rows
