-- table macro: the entry points that the planner has added, at a moment, as known at another; withdrawn ones left out
-- parameters: at_moment, known
create or replace macro entry_point_at(at_moment, known) as table
with latest as (
    select entry_id, name, kind, lon, lat, coalesce(active, true) as active, note, area_id, recorded_by, event_id, effective_at as since
    from ledger.entry_point
    where effective_at <= at_moment
        and recorded_at <= known
        and event_id not in (select target_id from undone_at(known))
    qualify row_number() over (partition by entry_id order by effective_at desc, recorded_at desc, event_id desc) = 1
)
select * from latest where active
