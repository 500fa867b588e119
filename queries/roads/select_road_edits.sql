-- the pieces of road that are struck or added by hand at a moment
-- parameters: areas, at, known_at
select edit_id, action, lon_a, lat_a, lon_b, lat_b, mode, note, since, recorded_by, event_id
from road_edit_at($at, $known_at)
where $areas is null or list_contains($areas, area_id)
order by since, event_id
