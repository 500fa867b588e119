-- the states that episodes have been in, one row for an event: from when (since) and until when (null: it stands)
-- parameters: areas, at, known_at, episode, person, household
with standing as (
    select
        event_id, episode_id, person_id, household_id, area_id, state, place, place_name, started_at, days, ordered_by, reason,
        effective_at as since, recorded_at, recorded_by, source,
        lead(effective_at) over (partition by episode_id order by effective_at, recorded_at, event_id) as until
    from events_at('ledger.isolation_event', $at, $known_at)
),
in_view as (
    select episode_id
    from episode_at($at, $known_at)
    where ($areas is null or list_contains($areas, area_id))
        and ($episode is null or episode_id = $episode)
        and ($person is null or person_id = $person)
        and ($household is null or household_id = $household)
)
select
    event_id, episode_id, person_id, household_id, area_id, state, place, place_name, started_at, days, ordered_by, reason, since, until,
    recorded_at, recorded_by, source
from standing
where episode_id in (select episode_id from in_view)
order by episode_id, since, recorded_at, event_id
