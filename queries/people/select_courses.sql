-- the events of isolations and cases of some persons, in the order in which they count: those that stand, or would if some more were voided
-- parameters: areas, at, known_at, persons, voided
with touched as (
    select unnest($voided::varchar[]) as event_id
    union all
    select root_id from void_root() where list_contains($voided, event_id)
),
event as (
    select
        'isolation' as kind, episode_id as subject_id, person_id, area_id, state in ('observing', 'hospital') as open,
        coalesce(started_at, effective_at) as started_at, effective_at as since, recorded_at, event_id
    from ledger.isolation_event
    union all
    select 'case', case_id, person_id, area_id, status = 'confirmed', effective_at, effective_at, recorded_at, event_id
    from ledger.case_event
),
person as (
    select unnest($persons::varchar[]) as person_id
    union
    select person_id from event where event_id in (select event_id from touched)
),
judged as (
    select
        *,
        event_id not in (select target_id from undone_at($known_at)) as stands,
        event_id not in (select target_id from undone_with($known_at, $voided)) as would_stand
    from event
    where person_id in (select person_id from person where person_id is not null)
        and since <= $at
        and recorded_at <= $known_at
)
select kind, subject_id, person_id, open, started_at, since, stands, would_stand
from judged
where (stands or would_stand)
    and ($areas is null or list_contains($areas, area_id))
order by kind, subject_id, since, recorded_at, event_id
