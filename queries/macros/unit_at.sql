-- table macro: the social units at a moment, as known at another; withdrawn ones left out
-- parameters: at_moment, known
create or replace macro unit_at(at_moment, known) as table
with latest as (
    select unit_id, area_id, name, trade, address, responsible, phone, staff, staff_affected, clients_affected, resumed, signed_by,
        signed_on, note, withdrawn, event_id, recorded_by, recorded_at, source, effective_at as since
    from ledger.unit_event
    where effective_at <= at_moment
        and recorded_at <= known
        and event_id not in (select target_id from undone_at(known))
    qualify row_number() over (partition by unit_id order by effective_at desc, recorded_at desc, event_id desc) = 1
)
select * from latest where not coalesce(withdrawn, false)
