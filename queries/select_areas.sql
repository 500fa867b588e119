-- the areas at a moment: description, status, who is responsible
-- parameters: areas, at, known_at
with area_at as (
    select area_id, status, responsible, phone, effective_at as since
    from ledger.area_event
    where effective_at <= $at
        and recorded_at <= $known_at
        and event_id not in (select target_id from undone_at($known_at))
    qualify row_number() over (partition by area_id order by effective_at desc, recorded_at desc, event_id desc) = 1
)
select
    feature.id, feature.name, feature.geometry, feature.source,
    feature.attributes ->> 'level' as level,
    feature.attributes ->> 'parent_id' as parent_id,
    feature.attributes ->> 'code' as code,
    cast(feature.attributes ->> 'population' as bigint) as population,
    cast(feature.attributes ->> 'households' as bigint) as households,
    area_at.status, area_at.responsible, area_at.phone, area_at.since
from feature_at('areas', $at, $known_at) as feature
left join area_at on area_at.area_id = feature.id
where $areas is null or list_contains($areas, feature.id)
order by feature.id
