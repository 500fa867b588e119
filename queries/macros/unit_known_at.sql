-- table macro: the reporting unit of each area as known at a moment; an area that nobody had described by then lies where it was put first
-- parameters: at_moment, known
create or replace macro unit_known_at(at_moment, known) as table
with recursive described as (
    select * from reporting_unit_at(at_moment, known)
),
-- a village stood there before anyone listed it: what was recorded of its people before then is its own
first_description as (
    select feature_id as id, name, attributes ->> 'level' as level, attributes ->> 'parent_id' as parent_id
    from ledger.feature_event
    where layer = 'areas'
        and not withdrawn
        and effective_at <= at_moment
        and event_id not in (select target_id from undone_at('infinity'::timestamptz))
        and feature_id not in (select feature_id from ledger.feature_event where layer = 'areas' and recorded_at <= known)
    qualify row_number() over (partition by feature_id order by recorded_at, event_id) = 1
),
area as (
    select * from first_description
    union all
    select id, name, attributes ->> 'level', attributes ->> 'parent_id' from feature_at('areas', at_moment, known)
),
reporting as (
    select id as area_id, id as unit_id, name as unit_name, 0 as depth from area where level in ('village', 'community')
    union all
    select area.id, reporting.unit_id, reporting.unit_name, reporting.depth + 1
    from area
    inner join reporting on area.parent_id = reporting.area_id
    where reporting.depth < 16
),
put as (
    select area_id, unit_id, unit_name
    from reporting
    where area_id in (select id from first_description)
    qualify row_number() over (partition by area_id order by depth desc, unit_id) = 1
)
select area_id, unit_id, unit_name from described
union all
select area_id, unit_id, unit_name from put
