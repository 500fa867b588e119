-- the isolation episodes that a report counts at a moment, one by one: the area each lies in, and whether it was first started after another
-- parameters: areas, at, known_at, start
select
    episode_id, area_id,
    coalesce(first_started > $start and first_started <= $at, false) as new
from started_at($at, $known_at)
where $areas is null or list_contains($areas, area_id)
order by episode_id
