-- the households at a moment, each with its grid, its building and the last screening visit
-- parameters: areas, at, known_at, household_ids
with last_visit as (
    select household_id, outcome, team, effective_at as visited_at
    from events_at('ledger.visit', $at, $known_at)
    where purpose = 'screening'
    qualify is_latest(household_id, effective_at, recorded_at, event_id)
)
select
    household.household_id, household.area_id, area.name as area_name, household.building_id, building.name as building_name,
    household.door, household.address, household.contact, household.phone, household.head_count, household.status, household.note,
    household.since, household.recorded_by, household.source, last_visit.outcome, last_visit.team, last_visit.visited_at
from household_at($at, $known_at) as household
left join last_visit on last_visit.household_id = household.household_id
left join feature_at('areas', $at, $known_at) as area on area.id = household.area_id
left join feature_at('buildings', $at, $known_at) as building on building.id = household.building_id
where ($areas is null or list_contains($areas, household.area_id))
    and ($household_ids is null or list_contains($household_ids, household.household_id))
order by area_name, building_name nulls last, household.door, household.household_id
