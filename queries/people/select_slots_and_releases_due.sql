-- the readings that are expected and not there (owed), one row for an episode and slot, and who is to be released, in the slot that is open
-- parameters: areas, at, known_at, opens, closes
select
    episode_id, person_id, household_id, area_id, opens, closes, closed, readings = 0 as owed, started_at, days, release_due,
    -- whoever observes and has been there for days is in the open slot: no other look at all episodes is needed to find the releases
    not closed and release_due <= $at as release_now
from slot_at($at, $known_at, $opens, $closes)
where (readings = 0 or (not closed and release_due <= $at))
    and ($areas is null or list_contains($areas, area_id))
