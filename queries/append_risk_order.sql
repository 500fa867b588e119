-- appends the rows of the frame "rows" to risk_order, by column name
-- parameters: none
insert into ledger.risk_order by name select * from rows
