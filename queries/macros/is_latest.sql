-- macro: whether an event is the last of what a key tells apart, among the rows that a statement chooses from
-- parameters: key, effective_at, recorded_at, event_id
create or replace macro is_latest(key, effective_at, recorded_at, event_id) as
    row_number() over (partition by key order by effective_at desc, recorded_at desc, event_id desc) = 1
