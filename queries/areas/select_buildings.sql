-- the buildings at a moment, as described
-- parameters: areas, at, known_at
select
    feature.id, feature.name, feature.geometry, feature.area_id, feature.source,
    feature.attributes ->> 'compound_id' as compound_id,
    cast(feature.attributes ->> 'floors' as bigint) as floors,
    cast(feature.attributes ->> 'households' as bigint) as households,
    cast(feature.attributes ->> 'population' as bigint) as population
from feature_at('buildings', $at, $known_at) as feature
where $areas is null or list_contains($areas, coalesce(feature.area_id, ''))
order by feature.id
