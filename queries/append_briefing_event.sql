-- appends the rows of the frame "rows" to briefing_event, by column name
-- parameters: none
insert into ledger.briefing_event by name select * from rows
