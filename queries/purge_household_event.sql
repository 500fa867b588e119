-- blanks what is personal in the rows of household_event that the frame "rows" names; what else they say stays
-- parameters: none
update ledger.household_event set contact = null, phone = null, address = null, door = null, note = null
where event_id in (select event_id from rows)
