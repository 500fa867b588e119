-- blanks what is personal in the rows of entrance_declaration that the frame "rows" names; what else they say stays
-- parameters: none
update ledger.entrance_declaration set note = null
where event_id in (select event_id from rows)
