-- the confirmed cases of each area and of all that lies under it: a row for an area and a case
-- parameters: areas, at, known_at
with recursive area as (
    select id, attributes ->> 'parent_id' as parent_id from feature_at('areas', $at, $known_at)
),
-- every area with itself and each area above it; a set, so that parents in a circle come to an end
within as (
    select id as area_id, id as upper_id from area
    union
    select within.area_id, area.parent_id
    from within
    inner join area on area.id = within.upper_id
    where area.parent_id is not null
)
select within.upper_id as area_id, confirmed.case_id, coalesce(confirmed.cluster, false) as cluster, confirmed.since as confirmed_at
from case_at($at, $known_at) as confirmed
inner join within on within.area_id = confirmed.area_id
where $areas is null or list_contains($areas, within.upper_id)
order by within.upper_id, confirmed.since, confirmed.case_id
