-- the households that a door visit is due at: their last screening visit asks for a retry whose time has come, or there was none
-- parameters: areas, at, known_at, outcomes, hours
with retry as (
    select unnest($outcomes::varchar[]) as outcome, unnest($hours::double[]) as hours
),
last_visit as (
    select household_id, team, outcome, retry_at, effective_at as visited_at
    from events_at('ledger.visit', $at, $known_at)
    where purpose = 'screening'
    qualify is_latest(household_id, effective_at, recorded_at, event_id)
)
select
    household.household_id, household.area_id, area.name as area_name, household.building_id, building.name as building,
    household.door, household.address, household.contact, household.phone, household.head_count,
    last_visit.team, last_visit.outcome, last_visit.visited_at,
    coalesce(last_visit.retry_at, last_visit.visited_at + to_milliseconds((retry.hours * 3600000)::bigint)) as due_at
from household_at($at, $known_at) as household
left join last_visit using (household_id)
left join feature_at('areas', $at, $known_at) as area on area.id = household.area_id
left join feature_at('buildings', $at, $known_at) as building on building.id = household.building_id
-- an outcome without hours (registered, reached through the landlord, vacant) needs no retry
left join retry on retry.outcome = last_visit.outcome
where ($areas is null or list_contains($areas, household.area_id))
    and (
        (last_visit.household_id is null and coalesce(household.head_count, 1) <> 0)
        or (retry.outcome is not null and due_at <= $at)
    )
order by due_at nulls last, household.area_id, household.building_id, household.door, household.household_id
