-- blanks what is personal in the rows of entry_point that the frame "rows" names; what else they say stays
-- parameters: none
update ledger.entry_point set note = null
where event_id in (select event_id from rows)
