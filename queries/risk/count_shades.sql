-- what shades each area: households, people isolating, households that no screening has reached; areas without any are left out
-- parameters: areas, at, known_at
with household as (
    select household_id, area_id, head_count
    from household_at($at, $known_at)
    where $areas is null or list_contains($areas, area_id)
),
screened as (
    -- an empty home has nobody to reach
    select
        household.area_id,
        count(*) as households,
        count(*) filter (where household.head_count is distinct from 0 and screening.reached is distinct from true) as unreached
    from household
    left join screening_at($at, $known_at, null) as screening on screening.household_id = household.household_id
    group by household.area_id
),
isolating as (
    select area_id, count(*) as isolating
    from episode_at($at, $known_at)
    where state in ('observing', 'hospital') and ($areas is null or list_contains($areas, area_id))
    group by area_id
)
select
    coalesce(screened.area_id, isolating.area_id) as area_id,
    coalesce(isolating.isolating, 0) as isolating,
    coalesce(screened.households, 0) as households,
    coalesce(screened.unreached, 0) as unreached
from screened
full outer join isolating on isolating.area_id = screened.area_id
order by area_id
