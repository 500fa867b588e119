-- appends the rows of the frame "rows" to report_correction, by column name
-- parameters: none
insert into ledger.report_correction by name select * from rows
