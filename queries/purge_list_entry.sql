-- blanks what is personal in the rows of list_entry that the frame "rows" names; what else they say stays
-- parameters: none
update ledger.list_entry set name = null, birth_date = null, id_number = null, phone = null, address = null, note = null
where event_id in (select event_id from rows)
