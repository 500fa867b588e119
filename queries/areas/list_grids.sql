-- the areas in which households and persons are entered: the smallest there are, with nothing under them
-- parameters: areas, at, known_at
with area as (
    select id, name, attributes ->> 'level' as level, attributes ->> 'parent_id' as parent_id from feature_at('areas', $at, $known_at)
)
select area.id, area.name, area.level, area.parent_id, parent.name as parent_name
from area
left join area as parent on parent.id = area.parent_id
where area.id not in (select parent_id from area where parent_id is not null and parent_id <> id)
    and ($areas is null or list_contains($areas, area.id))
order by parent_name, area.name, area.id
