-- blanks what is personal in the rows of pass_event that the frame "rows" names; what else they say stays
-- parameters: none
update ledger.pass_event set holder = null
where event_id in (select event_id from rows)
