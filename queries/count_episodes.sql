-- the isolation episodes ever started in each area, and in all of them together (whole), by state; new are those first started after a moment
-- parameters: areas, at, known_at, start
select
    area_id,
    grouping(area_id) = 1 as whole,
    count(*) as cumulative,
    count(*) filter (where first_started > $start and first_started <= $at) as new,
    count(*) filter (where state = 'hospital') as hospital,
    count(*) filter (where state = 'observing') as observing,
    count(*) filter (where state = 'released') as released,
    count(*) filter (where state = 'transferred') as transferred,
    count(*) filter (where state = 'refuted') as refuted
from started_at($at, $known_at)
where $areas is null or list_contains($areas, area_id)
group by grouping sets ((area_id), ())
order by whole, area_id
