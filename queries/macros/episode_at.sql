-- table macro: the isolation episodes, each in the state of its latest event at a moment, as known at another
-- parameters: at_moment, known
create or replace macro episode_at(at_moment, known) as table
with latest as (
    select episode_id, person_id, household_id, area_id, state, place, place_name, started_at, days, ordered_by, reason, event_id,
        recorded_by, recorded_at, source, effective_at as since
    from ledger.isolation_event
    where effective_at <= at_moment
        and recorded_at <= known
        and event_id not in (select target_id from undone_at(known))
    qualify row_number() over (partition by episode_id order by effective_at desc, recorded_at desc, event_id desc) = 1
)
select * from latest
