-- blanks what is personal in the rows of person_event that the frame "rows" names; what else they say stays
-- parameters: none
update ledger.person_event set name = null, birth_date = null, id_number = null, phone = null, address = null, arrived_from = null, note = null
where event_id in (select event_id from rows)
