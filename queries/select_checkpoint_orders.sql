-- every order for a checkpoint that stands, in the order in which they win
-- parameters: known_at
select
    checkpoint_id as id, effective_at, kind, coalesce(active, true) as active, coalesce(sign_in_kept, false) as sign_in_kept, ordered_by, reason
from ledger.checkpoint_event
where recorded_at <= $known_at
    and event_id not in (select target_id from ledger.void where recorded_at <= $known_at)
order by effective_at, recorded_at, event_id
