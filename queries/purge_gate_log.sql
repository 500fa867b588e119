-- removes the rows of gate_log that the frame "rows" names: they say nothing that is not about a person
-- parameters: none
delete from ledger.gate_log
where event_id in (select event_id from rows)
