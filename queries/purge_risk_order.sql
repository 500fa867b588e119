-- blanks what is personal in the rows of risk_order that the frame "rows" names; what else they say stays
-- parameters: none
update ledger.risk_order set reason = null
where event_id in (select event_id from rows)
