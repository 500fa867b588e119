-- table macro: the undone events as known at a moment, one row each: when it was first undone, by whom and why
-- parameters: known
create or replace macro undone_how(known) as table
select target_id, min(recorded_at) as voided_at, arg_min(recorded_by, recorded_at) as voided_by, arg_min(reason, recorded_at) as void_reason
from undone_at(known)
group by target_id
