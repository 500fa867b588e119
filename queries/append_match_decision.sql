-- appends the rows of the frame "rows" to match_decision, by column name
-- parameters: none
insert into ledger.match_decision by name select * from rows
