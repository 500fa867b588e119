-- appends the rows of the frame "rows" to report_submission, by column name
-- parameters: none
insert into ledger.report_submission by name select * from rows
