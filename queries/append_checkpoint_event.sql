-- appends the rows of the frame "rows" to checkpoint_event, by column name
-- parameters: none
insert into ledger.checkpoint_event by name select * from rows
