-- appends the rows of the frame "rows" to case_event, by column name
-- parameters: none
insert into ledger.case_event by name select * from rows
