-- the episodes under observation whose days are over at a moment
-- parameters: areas, at, known_at
select
    episode_id, person_id, household_id, area_id, started_at, days, started_at + to_hours(days * 24) as release_due
from episode_at($at, $known_at)
where state = 'observing'
    and started_at + to_hours(days * 24) <= $at
    and ($areas is null or list_contains($areas, area_id))
order by release_due, episode_id
