-- table macro: the undone events as known at a moment, a row for each void that stands: one that is itself undone does not
-- parameters: known
create or replace macro undone_at(known) as table
select target_id, recorded_at, recorded_by, reason
from void_span
where known_from <= known
    -- whoever asks what is known at infinity knows what stands for ever
    and (known < known_until or known_until = timestamptz 'infinity')
