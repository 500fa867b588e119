-- table macro: the events of one table as known at a moment, each from when (begins) until when (finishes) it held; key tells the subjects apart
-- parameters: events, key, known
create or replace macro held_until(events, key, known) as table
select
    *, effective_at as begins,
    lead(effective_at, 1, timestamptz 'infinity') over (partition by key order by effective_at, recorded_at, event_id) as finishes
from events_at(events, timestamptz 'infinity', known)
