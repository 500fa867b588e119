-- the isolation episodes that a daily report counts, with the reporting unit each lies in and whether it is new after a moment
-- parameters: areas, at, known_at, start
select
    episode.episode_id, episode.person_id, person.name, episode.area_id, area.name as area_name, unit.unit_id, unit.unit_name,
    episode.state, episode.place, episode.first_started, episode.since, episode.learned_at,
    coalesce(episode.first_started > $start and episode.first_started <= $at, false) as new
from started_at($at, $known_at) as episode
left join unit_known_at($at, $known_at) as unit on unit.area_id = episode.area_id
left join person_at($at, $known_at) as person on person.person_id = episode.person_id
left join feature_at('areas', $at, $known_at) as area on area.id = episode.area_id
where $areas is null or list_contains($areas, episode.area_id)
order by unit.unit_id, episode.first_started, episode.episode_id
