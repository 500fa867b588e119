-- what would lie in no area if some more events were voided: areas that go with them, and the households, persons, units and open episodes there
-- parameters: areas, at, known_at, voided
with described as (
    select feature_id as id, name, withdrawn, effective_at, recorded_at, event_id
    from ledger.feature_event
    where layer = 'areas'
        and effective_at <= $at
        and recorded_at <= $known_at
),
before as (
    select id, name, withdrawn
    from described
    where event_id not in (select target_id from undone_at($known_at))
    qualify is_latest(id, effective_at, recorded_at, event_id)
),
after as (
    select id, withdrawn
    from described
    where event_id not in (select target_id from undone_with($known_at, $voided))
    qualify is_latest(id, effective_at, recorded_at, event_id)
),
gone as (
    select before.id, before.name
    from before
    left join after on after.id = before.id
    where not coalesce(before.withdrawn, false)
        and coalesce(after.withdrawn, true)
        and ($areas is null or list_contains($areas, before.id))
),
inhabitant as (
    select 'household' as kind, area_id, event_id from household_at($at, $known_at)
    union all
    select 'person', area_id, event_id from person_at($at, $known_at)
    union all
    select 'unit', area_id, event_id from unit_at($at, $known_at)
    union all
    select 'episode', area_id, event_id from episode_at($at, $known_at) where state in ('observing', 'hospital')
)
select
    gone.id, coalesce(gone.name, gone.id) as name,
    count(*) filter (kind = 'household') as households, count(*) filter (kind = 'person') as persons,
    count(*) filter (kind = 'unit') as units, count(*) filter (kind = 'episode') as episodes
from gone
inner join inhabitant on inhabitant.area_id = gone.id
-- what the same undo takes away, or puts elsewhere, is not left behind
where inhabitant.event_id not in (select unnest($voided::varchar[]))
group by gone.id, gone.name
order by gone.id
