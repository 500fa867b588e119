-- appends the rows of the frame "rows" to alarm_action, by column name
-- parameters: none
insert into ledger.alarm_action by name select * from rows
