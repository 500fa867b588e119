-- table macro: the requests of people at home, each as it stands at a moment, as known at another
-- parameters: at_moment, known
create or replace macro request_at(at_moment, known) as table
with latest as (
    select request_id, household_id, person_id, area_id, kind, detail, status, answered_by, event_id, recorded_by, recorded_at,
        source, effective_at as since
    from ledger.care_request
    where effective_at <= at_moment
        and recorded_at <= known
        and event_id not in (select target_id from undone_at(known))
    qualify row_number() over (partition by request_id order by effective_at desc, recorded_at desc, event_id desc) = 1
)
select * from latest
