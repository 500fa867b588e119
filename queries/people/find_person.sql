-- one person as described at a moment: where they belong and what they are called; none where they lie outside the scope
-- parameters: areas, at, known_at, person
select person_id, household_id, unit_id, area_id, name
from person_at($at, $known_at)
where person_id = $person
    and ($areas is null or list_contains($areas, area_id))
