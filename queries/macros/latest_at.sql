-- table macro: the last event of each subject of one table at a moment, as known at another; key tells the subjects apart
-- parameters: events, key, at_moment, known
create or replace macro latest_at(events, key, at_moment, known) as table
select *
from events_at(events, at_moment, known)
qualify is_latest(key, effective_at, recorded_at, event_id)
