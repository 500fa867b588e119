-- blanks what is personal in the rows of care_request that the frame "rows" names; what else they say stays
-- parameters: none
update ledger.care_request set detail = null, answered_by = null
where event_id in (select event_id from rows)
