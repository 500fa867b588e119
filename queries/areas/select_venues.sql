-- the venues at a moment, as described
-- parameters: areas, at, known_at
select
    feature.id, feature.name, feature.geometry, feature.area_id, feature.source,
    {described_venues}
from feature_at('venues', $at, $known_at) as feature
where $areas is null or list_contains($areas, coalesce(feature.area_id, ''))
order by feature.id
