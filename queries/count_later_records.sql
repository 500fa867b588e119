-- how many rows about a person, or about the episodes of a person, hold from a later moment on
-- parameters: areas, at, known_at, person_id
with later as (
    select event_id, area_id from ledger.person_event where person_id = $person_id and effective_at > $at and recorded_at <= $known_at
    union all
    select event_id, area_id from ledger.isolation_event where person_id = $person_id and effective_at > $at and recorded_at <= $known_at
)
select count(*) as records
from later
where event_id not in (select target_id from undone_at($known_at))
    and ($areas is null or list_contains($areas, area_id))
