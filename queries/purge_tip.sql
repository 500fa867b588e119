-- blanks what is personal in the rows of tip that the frame "rows" names; what else they say stays
-- parameters: none
update ledger.tip set content = null, reporter = null, phone = null, outcome = null, handled_by = null
where event_id in (select event_id from rows)
