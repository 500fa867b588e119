-- blanks what is personal in the rows of unit_event that the frame "rows" names; what else they say stays
-- parameters: none
update ledger.unit_event set responsible = null, phone = null, signed_by = null, note = null, address = null
where event_id in (select event_id from rows)
