-- table macro: the undone events as known at a moment, if some more were voided: a list of event ids, null is none
-- parameters: known, voided
create or replace macro undone_with(known, voided) as table
select target_id
from ledger.void
where recorded_at <= known
    and target_id is not null
    and event_id not in (select target_id from ledger.void where recorded_at <= known and target_id is not null)
    and event_id not in (select unnest(voided::varchar[]))
union all
select unnest(voided::varchar[])
