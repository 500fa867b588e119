-- the readings of a person's isolation episodes, oldest first
-- parameters: areas, at, known_at, person_id
select reading.episode_id, reading.effective_at as taken_at, reading.temperature, reading.symptoms, reading.channel, reading.taken_by
from ledger.reading
where reading.episode_id in (select episode_id from ledger.isolation_event where person_id = $person_id)
    and effective_at <= $at
    and recorded_at <= $known_at
    and event_id not in (select target_id from undone_at($known_at))
    and exists (from person_at($at, $known_at) where person_id = $person_id and ($areas is null or list_contains($areas, area_id)))
order by taken_at, event_id
