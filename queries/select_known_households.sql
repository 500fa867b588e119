-- the households as they are described now, for rows of a file to be compared with
-- parameters: areas, at, known_at
select
    household_id, area_id, building_id, door, address, contact, phone, head_count, status, note, since
from household_at($at, $known_at)
where $areas is null or list_contains($areas, area_id)
order by household_id
