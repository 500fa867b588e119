-- removes the rows of disclosure that the frame "rows" names: they say nothing that is not about a person
-- parameters: none
delete from ledger.disclosure
where event_id in (select event_id from rows)
