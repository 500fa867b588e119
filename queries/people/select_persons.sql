-- the persons who are followed at a moment, each with the grid, the household and the isolation episode that is open or was the last
-- parameters: areas, at, known_at, person_ids, household_ids, id_number
with episode as (
    select person_id, episode_id, state, started_at, days
    from episode_at($at, $known_at)
    qualify row_number() over (
        partition by person_id order by state in ('observing', 'hospital') desc, started_at desc, episode_id desc
    ) = 1
)
select
    person.person_id, person.name, person.sex, person.birth_date, person.id_number, person.phone, person.address, person.category,
    person.arrived_from, person.arrived_on, person.note, person.area_id, area.name as area_name, person.household_id, person.unit_id,
    building.name as building_name, household.door, episode.episode_id, episode.state, episode.started_at, episode.days,
    person.since, person.recorded_by, person.source
from person_at($at, $known_at) as person
left join episode on episode.person_id = person.person_id
left join household_at($at, $known_at) as household on household.household_id = person.household_id
left join feature_at('areas', $at, $known_at) as area on area.id = person.area_id
left join feature_at('buildings', $at, $known_at) as building on building.id = household.building_id
where ($areas is null or list_contains($areas, person.area_id))
    and ($person_ids is null or list_contains($person_ids, person.person_id))
    and ($household_ids is null or list_contains($household_ids, person.household_id))
    and ($id_number is null or person.id_number = $id_number)
order by area_name, building_name nulls last, household.door, person.name, person.person_id
