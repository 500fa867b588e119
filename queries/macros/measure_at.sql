-- table macro: the measures, each as it stands at a moment, as known at another
-- parameters: at_moment, known
create or replace macro measure_at(at_moment, known) as table
with latest as (
    select measure_id, area_id, title, content, status, ordered_by, event_id, recorded_by, recorded_at, source, effective_at as since
    from ledger.measure
    where effective_at <= at_moment
        and recorded_at <= known
        and event_id not in (select target_id from undone_at(known))
    qualify row_number() over (partition by measure_id order by effective_at desc, recorded_at desc, event_id desc) = 1
)
select * from latest
