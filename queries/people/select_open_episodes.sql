-- the open isolation episodes of persons at a moment, each as the whole row that a change of it starts from
-- parameters: areas, at, known_at, person_ids
select episode_id, person_id, household_id, area_id, state, place, place_name, started_at, days, ordered_by, reason
from episode_at($at, $known_at)
where state in ('observing', 'hospital')
    and list_contains($person_ids, person_id)
    and ($areas is null or list_contains($areas, area_id))
order by episode_id
