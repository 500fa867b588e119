-- the areas at a moment: description, status, who is responsible
-- parameters: areas, at, known_at
with area_at as (
    select area_id, status, responsible, phone, effective_at as since
    from latest_at('ledger.area_event', area_id, $at, $known_at)
)
select
    feature.id, feature.name, feature.geometry, feature.source,
    {described_areas},
    area_at.status, area_at.responsible, area_at.phone, area_at.since
from feature_at('areas', $at, $known_at) as feature
left join area_at on area_at.area_id = feature.id
where $areas is null or list_contains($areas, feature.id)
order by feature.id
