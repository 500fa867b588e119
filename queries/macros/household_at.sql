-- table macro: the households at a moment, as known at another; withdrawn ones left out
-- parameters: at_moment, known
create or replace macro household_at(at_moment, known) as table
with latest as (
    select household_id, area_id, building_id, door, address, contact, phone, head_count, status, note, withdrawn, event_id,
        recorded_by, recorded_at, source, effective_at as since
    from ledger.household_event
    where effective_at <= at_moment
        and recorded_at <= known
        and event_id not in (select target_id from undone_at(known))
    qualify row_number() over (partition by household_id order by effective_at desc, recorded_at desc, event_id desc) = 1
)
select * from latest where not coalesce(withdrawn, false)
