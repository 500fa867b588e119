-- the entry points that the planner has added, at a moment
-- parameters: areas, at, known_at
select entry_id, name, kind, lon, lat, note, since, recorded_by, event_id
from entry_point_at($at, $known_at)
where $areas is null or list_contains($areas, area_id)
order by since, event_id
