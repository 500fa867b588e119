-- table macro: the findings of inspections, each as it stands at a moment, as known at another
-- parameters: at_moment, known
create or replace macro finding_at(at_moment, known) as table
with latest as (
    select finding_id, area_id, subject, finding, status, inspector, event_id, recorded_by, recorded_at, source, effective_at as since
    from ledger.inspection
    where effective_at <= at_moment
        and recorded_at <= known
        and event_id not in (select target_id from undone_at(known))
    qualify row_number() over (partition by finding_id order by effective_at desc, recorded_at desc, event_id desc) = 1
)
select * from latest
