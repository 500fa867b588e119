-- the measures as they stand, and when each was first ordered, latest first
-- parameters: areas, at, known_at
with ordered as (
    select measure_id, min(effective_at) as started_at
    from events_at('ledger.measure', $at, $known_at) as measure
    group by measure_id
)
select
    measure.measure_id, ordered.started_at, measure.title, measure.content, measure.status, measure.ordered_by, measure.area_id,
    coalesce(area.name, measure.area_id) as area_name, case when measure.status = 'ended' then measure.since end as ended_at,
    measure.event_id
from measure_at($at, $known_at) as measure
inner join ordered on ordered.measure_id = measure.measure_id
left join feature_at('areas', $at, $known_at) as area on area.id = measure.area_id
where $areas is null or list_contains($areas, measure.area_id)
order by ordered.started_at desc, measure.measure_id
