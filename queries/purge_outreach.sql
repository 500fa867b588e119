-- blanks what is personal in the rows of outreach that the frame "rows" names; what else they say stays
-- parameters: none
update ledger.outreach set note = null
where event_id in (select event_id from rows)
