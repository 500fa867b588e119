-- appends the rows of the frame "rows" to briefing_edit, by column name
-- parameters: none
insert into ledger.briefing_edit by name select * from rows
