-- the households that stand at one door of a building, or of a grid where no building is named
-- parameters: areas, at, known_at, area_id, building_id, door
select household_id, area_id
from household_at($at, $known_at)
where area_id = $area_id
    and building_id is not distinct from $building_id
    and door = $door
    and ($areas is null or list_contains($areas, area_id))
order by household_id
