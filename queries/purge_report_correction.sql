-- blanks what is personal in the rows of report_correction that the frame "rows" names; what else they say stays
-- parameters: none
update ledger.report_correction set reason = null
where event_id in (select event_id from rows)
