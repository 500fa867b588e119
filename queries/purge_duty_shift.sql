-- blanks what is personal in the rows of duty_shift that the frame "rows" names; what else they say stays
-- parameters: none
update ledger.duty_shift set person = null, phone = null
where event_id in (select event_id from rows)
