-- the readings of a span, for rows of a file to be compared with
-- parameters: areas, start, until, at, known_at
select
    episode_id, area_id, effective_at, temperature, symptoms, went_out, had_visitors, needs, channel, taken_by,
    participants, note
from ledger.reading
where ($start is null or effective_at >= $start)
    and ($until is null or effective_at <= $until)
    and effective_at <= $at
    and recorded_at <= $known_at
    and event_id not in (select target_id from undone_at($known_at))
    and ($areas is null or list_contains($areas, area_id))
order by effective_at, event_id
