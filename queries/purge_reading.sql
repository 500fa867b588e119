-- blanks what is personal in the rows of reading that the frame "rows" names; what else they say stays
-- parameters: none
update ledger.reading set temperature = null, symptoms = null, needs = null, note = null
where event_id in (select event_id from rows)
