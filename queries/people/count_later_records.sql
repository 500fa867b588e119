-- how many rows about a person, or about the episodes of a person, hold from a later moment on
-- parameters: areas, at, known_at, person_id
with later as (
    select person_id, area_id, effective_at from events_at('ledger.person_event', timestamptz 'infinity', $known_at)
    union all
    select person_id, area_id, effective_at from events_at('ledger.isolation_event', timestamptz 'infinity', $known_at)
)
select count(*) as records
from later
where person_id = $person_id
    and effective_at > $at
    and ($areas is null or list_contains($areas, area_id))
