-- table macro: the reporting unit (village or community) of each area that lies in one, at a moment, as known at another
-- parameters: at_moment, known
create or replace macro reporting_unit_at(at_moment, known) as table
with recursive area as (
    select id, name, attributes ->> 'level' as level, attributes ->> 'parent_id' as parent_id from feature_at('areas', at_moment, known)
),
reporting as (
    -- a village under a community, or the other way round, reports with it: what is counted twice would not reconcile
    select id as area_id, id as unit_id, name as unit_name, 0 as depth from area where level in ('village', 'community')
    union all
    select area.id, reporting.unit_id, reporting.unit_name, reporting.depth + 1
    from area
    inner join reporting on area.parent_id = reporting.area_id
    where reporting.depth < 16
)
select area_id, unit_id, unit_name
from reporting
qualify row_number() over (partition by area_id order by depth desc, unit_id) = 1
