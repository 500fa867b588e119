-- each area that holds households, against what is known of it: whether it is a grid, and how many households and people it is said to have
-- parameters: areas, at, known_at
with area as (
    select
        id, name, attributes ->> 'level' as level, attributes ->> 'parent_id' as parent_id,
        cast(attributes ->> 'households' as bigint) as households, cast(attributes ->> 'population' as bigint) as population
    from feature_at('areas', $at, $known_at)
),
listed as (
    select area_id, count(*) as households, coalesce(sum(head_count), 0)::bigint as people, count(*) filter (where head_count is null) as uncounted
    from household_at($at, $known_at)
    where $areas is null or list_contains($areas, area_id)
    group by area_id
)
select
    listed.area_id,
    coalesce(area.name, listed.area_id) as name,
    -- where grids were drawn later, the households of the village above them lie in none yet
    area.id is not null and area.id not in (select parent_id from area where parent_id is not null and parent_id <> id) as is_grid,
    listed.households, listed.people, listed.uncounted,
    area.households as stated_households, area.population as stated_people
from listed
left join area on area.id = listed.area_id
order by is_grid, name, listed.area_id
