-- the readings that are expected and not there, one row for an episode and slot: due (the slot is open) or missed (it has closed)
-- parameters: areas, at, known_at, opens, closes
select episode_id, person_id, household_id, area_id, opens, closes, closed
from slot_at($at, $known_at, $opens, $closes)
where readings = 0
    and ($areas is null or list_contains($areas, area_id))
