-- table macro: the entries of lists from outside at a moment, as known at another; withdrawn ones left out
-- parameters: at_moment, known
create or replace macro entry_at(at_moment, known) as table
with latest as (
    select entry_id, list_name, area_id, name, sex, birth_date, id_number, phone, address, category, note, withdrawn, event_id,
        recorded_by, recorded_at, source, effective_at as since
    from ledger.list_entry
    where effective_at <= at_moment
        and recorded_at <= known
        and event_id not in (select target_id from undone_at(known))
    qualify row_number() over (partition by entry_id order by effective_at desc, recorded_at desc, event_id desc) = 1
)
select * from latest where not coalesce(withdrawn, false)
