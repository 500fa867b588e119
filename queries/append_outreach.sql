-- appends the rows of the frame "rows" to outreach, by column name
-- parameters: none
insert into ledger.outreach by name select * from rows
