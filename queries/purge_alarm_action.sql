-- blanks what is personal in the rows of alarm_action that the frame "rows" names; what else they say stays
-- parameters: none
update ledger.alarm_action set note = null, done_by = null
where event_id in (select event_id from rows)
