-- the marked places at a moment: what each is marked as, since when, by whom
-- parameters: areas, at, known_at
select layer, feature_id, lon, lat, status, note, since, recorded_by, event_id
from mark_at($at, $known_at)
where $areas is null or list_contains($areas, area_id)
order by since, event_id
