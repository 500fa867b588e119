-- table macro: the events of one table that hold at a moment, as known at another: neither later, nor learned later, nor undone
-- parameters: events, at_moment, known
create or replace macro events_at(events, at_moment, known) as table
select *
from query_table(events)
where effective_at <= at_moment
    and recorded_at <= known
    and event_id not in (select target_id from undone_at(known))
