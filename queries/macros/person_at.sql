-- table macro: the persons who are followed at a moment, as known at another; withdrawn ones left out
-- parameters: at_moment, known
create or replace macro person_at(at_moment, known) as table
with latest as (
    select person_id, household_id, unit_id, area_id, name, sex, birth_date, id_number, phone, address, category, arrived_from,
        arrived_on, note, withdrawn, event_id, recorded_by, recorded_at, source, effective_at as since
    from ledger.person_event
    where effective_at <= at_moment
        and recorded_at <= known
        and event_id not in (select target_id from undone_at(known))
    qualify row_number() over (partition by person_id order by effective_at desc, recorded_at desc, event_id desc) = 1
)
select * from latest where not coalesce(withdrawn, false)
