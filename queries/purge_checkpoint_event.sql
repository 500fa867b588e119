-- blanks what is personal in the rows of checkpoint_event that the frame "rows" names; what else they say stays
-- parameters: none
update ledger.checkpoint_event set reason = null
where event_id in (select event_id from rows)
