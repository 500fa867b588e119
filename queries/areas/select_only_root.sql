-- the area that lies in no other, where there is one such area alone: the whole workspace is its view
-- parameters: at, known_at
with area as (
    select id, attributes ->> 'parent_id' as parent_id from feature_at('areas', $at, $known_at)
)
select any_value(id) as id
from area
where parent_id is null or parent_id not in (select id from area)
having count(*) = 1
