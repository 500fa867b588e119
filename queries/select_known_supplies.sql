-- the supply events of a span, for rows of a file to be compared with
-- parameters: areas, start, until, at, known_at
select area_id, item, action, quantity, measure_unit, effective_at, note
from ledger.supply_event
where ($start is null or effective_at >= $start)
    and ($until is null or effective_at <= $until)
    and effective_at <= $at
    and recorded_at <= $known_at
    and event_id not in (select target_id from undone_at($known_at))
    and ($areas is null or list_contains($areas, area_id))
order by effective_at, event_id
