-- screening by grid and building: households, their people, those visited after a moment, how they were reached, people screened
-- parameters: areas, at, known_at, start
-- each household is one of seen (at the door), by_phone, by_landlord, vacant (nobody lives there) and open (reached in no way)
select
    household.area_id,
    household.building_id,
    any_value(area.name) as area_name,
    any_value(building.name) as building_name,
    count(*) as households,
    coalesce(sum(household.head_count), 0)::bigint as people,
    count(screening.household_id) as visited,
    count(*) filter (where screening.reached_how = 'seen') as seen,
    count(*) filter (where screening.reached_how = 'phone') as by_phone,
    count(*) filter (where screening.reached_how = 'landlord') as by_landlord,
    count(*) filter (
        where screening.reached_how = 'vacant' or (screening.reached_how is null and household.head_count is not distinct from 0)
    ) as vacant,
    -- an empty home has nobody to reach
    count(*) filter (where screening.reached is distinct from true and household.head_count is distinct from 0) as open,
    coalesce(sum(screening.screened), 0)::bigint as screened,
    count(*) filter (where screening.screened > 0) as screened_homes,
    coalesce(sum(screening.key_persons), 0)::bigint as key_persons,
    max(screening.visited_at) as visited_at
from household_at($at, $known_at) as household
left join screening_at($at, $known_at, $start) as screening on screening.household_id = household.household_id
left join feature_at('areas', $at, $known_at) as area on area.id = household.area_id
left join feature_at('buildings', $at, $known_at) as building on building.id = household.building_id
where $areas is null or list_contains($areas, household.area_id)
group by household.area_id, household.building_id
order by area_name, building_name nulls last, household.building_id
