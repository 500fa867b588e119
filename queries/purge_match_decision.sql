-- blanks what is personal in the rows of match_decision that the frame "rows" names; what else they say stays
-- parameters: none
update ledger.match_decision set reason = null
where event_id in (select event_id from rows)
