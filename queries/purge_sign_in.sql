-- blanks what is personal in the rows of sign_in that the frame "rows" names; what else they say stays
-- parameters: none
update ledger.sign_in set person = null, note = null
where event_id in (select event_id from rows)
