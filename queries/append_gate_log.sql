-- appends the rows of the frame "rows" to gate_log, by column name
-- parameters: none
insert into ledger.gate_log by name select * from rows
