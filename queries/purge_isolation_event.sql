-- blanks what is personal in the rows of isolation_event that the frame "rows" names; what else they say stays
-- parameters: none
update ledger.isolation_event set place_name = null, reason = null, ordered_by = null
where event_id in (select event_id from rows)
