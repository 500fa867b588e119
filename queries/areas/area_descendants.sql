-- the ids of an area and of everything under it, as described at a moment
-- parameters: area, at, known_at
with recursive area as (
    select id, attributes ->> 'parent_id' as parent_id from feature_at('areas', $at, $known_at)
),
descendant as (
    select id from area where id = $area
    union
    select area.id from area inner join descendant on area.parent_id = descendant.id
)
select id from descendant order by id
