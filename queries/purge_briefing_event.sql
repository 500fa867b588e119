-- blanks what is personal in the rows of briefing_event that the frame "rows" names; what else they say stays
-- parameters: none
update ledger.briefing_event set document = null
where event_id in (select event_id from rows)
