-- blanks what is personal in the rows of void that the frame "rows" names; what else they say stays
-- parameters: none
update ledger.void set reason = null
where event_id in (select event_id from rows)
