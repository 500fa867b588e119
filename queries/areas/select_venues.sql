-- the venues at a moment, as described
-- parameters: areas, at, known_at
select
    feature.id, feature.name, feature.geometry, feature.area_id, feature.source,
    feature.attributes ->> 'kind' as kind,
    feature.attributes ->> 'peak_hours' as peak_hours,
    cast(feature.attributes ->> 'capacity' as bigint) as capacity
from feature_at('venues', $at, $known_at) as feature
where $areas is null or list_contains($areas, coalesce(feature.area_id, ''))
order by feature.id
