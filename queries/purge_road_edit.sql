-- blanks what is personal in the rows of road_edit that the frame "rows" names; what else they say stays
-- parameters: none
update ledger.road_edit set note = null
where event_id in (select event_id from rows)
