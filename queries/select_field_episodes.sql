-- the people observed in isolation at a moment: where they live, when they were last measured and what was found
-- parameters: areas, at, known_at
with observed as (
    select episode_id, person_id, household_id, area_id, started_at, days
    from episode_at($at, $known_at)
    where state = 'observing' and ($areas is null or list_contains($areas, area_id))
),
latest as (
    select episode_id, effective_at as taken_at, temperature, symptoms
    from ledger.reading
    where effective_at <= $at
        and recorded_at <= $known_at
        and event_id not in (select target_id from undone_at($known_at))
        and episode_id in (select episode_id from observed)
    qualify row_number() over (partition by episode_id order by effective_at desc, recorded_at desc, event_id desc) = 1
)
select
    observed.episode_id, observed.area_id, person.name, building.name as building, household.door, observed.started_at, observed.days,
    latest.taken_at, latest.temperature, latest.symptoms
from observed
left join latest on latest.episode_id = observed.episode_id
left join person_at($at, $known_at) as person on person.person_id = observed.person_id
left join household_at($at, $known_at) as household on household.household_id = coalesce(observed.household_id, person.household_id)
left join feature_at('buildings', $at, $known_at) as building on building.id = household.building_id
order by building.name nulls last, household.door nulls last, observed.episode_id
