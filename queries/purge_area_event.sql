-- blanks what is personal in the rows of area_event that the frame "rows" names; what else they say stays
-- parameters: none
update ledger.area_event set responsible = null, phone = null, reason = null
where event_id in (select event_id from rows)
