-- table macro: the cases, each as it stands; since is when it was confirmed at a moment, as known at another; withdrawn ones left out
-- parameters: at_moment, known
create or replace macro case_at(at_moment, known) as table
with latest as (
    select case_id, person_id, area_id, status, cluster, note, event_id, recorded_by, recorded_at, source, effective_at as since
    from ledger.case_event
    where effective_at <= at_moment
        and recorded_at <= known
        and event_id not in (select target_id from undone_at(known))
    qualify row_number() over (partition by case_id order by effective_at desc, recorded_at desc, event_id desc) = 1
)
select * from latest where status = 'confirmed'
