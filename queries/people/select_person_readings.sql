-- the readings of a person's isolation episodes, oldest first
-- parameters: areas, at, known_at, person_id
select reading.episode_id, reading.effective_at as taken_at, reading.temperature, reading.symptoms, reading.channel, reading.taken_by
from ledger.reading
where reading.episode_id in (select episode_id from events_at('ledger.isolation_event', $at, $known_at) where person_id = $person_id)
    and exists (from person_at($at, $known_at) where person_id = $person_id and ($areas is null or list_contains($areas, area_id)))
order by taken_at, event_id
