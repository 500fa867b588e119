-- blanks what is personal in the rows of reading that the frame "rows" names; of each who took it together a dash stays: they are counted
-- parameters: none
update ledger.reading
set temperature = null, symptoms = null, needs = null, note = null, taken_by = null,
    participants = regexp_replace(participants, '[^;]+', '–', 'g')
where event_id in (select event_id from rows)
