-- blanks what is personal in the rows of supply_event that the frame "rows" names; what else they say stays
-- parameters: none
update ledger.supply_event set note = null
where event_id in (select event_id from rows)
