-- the households that no screening visit has reached after a moment though people live there: how often tried, when and with what outcome
-- parameters: areas, at, known_at, start
select
    household.household_id, household.area_id, area.name as area_name, household.building_id, building.name as building_name,
    household.door, household.address, household.contact, household.phone, household.head_count,
    coalesce(screening.visits, 0) as visits, screening.outcome, screening.team, screening.visited_at
from household_at($at, $known_at) as household
left join screening_at($at, $known_at, $start) as screening on screening.household_id = household.household_id
left join feature_at('areas', $at, $known_at) as area on area.id = household.area_id
left join feature_at('buildings', $at, $known_at) as building on building.id = household.building_id
where ($areas is null or list_contains($areas, household.area_id))
    and screening.reached is distinct from true
    and household.head_count is distinct from 0
order by visits desc, area_name, building_name nulls last, household.door, household.household_id
