-- one household as described at a moment: where it is; none where it lies outside the scope
-- parameters: areas, at, known_at, household
select household_id, area_id
from household_at($at, $known_at)
where household_id = $household
    and ($areas is null or list_contains($areas, area_id))
