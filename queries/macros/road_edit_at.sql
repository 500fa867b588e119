-- table macro: the pieces of road that are struck or added by hand at a moment, as known at another; restored ones left out
-- parameters: at_moment, known
create or replace macro road_edit_at(at_moment, known) as table
with latest as (
    select edit_id, action, lon_a, lat_a, lon_b, lat_b, mode, note, area_id, recorded_by, event_id, effective_at as since
    from ledger.road_edit
    where effective_at <= at_moment
        and recorded_at <= known
        and event_id not in (select target_id from undone_at(known))
    qualify row_number() over (partition by edit_id order by effective_at desc, recorded_at desc, event_id desc) = 1
)
select * from latest where action <> 'restore'
