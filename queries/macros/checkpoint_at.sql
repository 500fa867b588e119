-- table macro: the latest order for each checkpoint at a moment, as known at another
-- parameters: at_moment, known
create or replace macro checkpoint_at(at_moment, known) as table
select
    checkpoint_id, kind, coalesce(active, true) as active, coalesce(sign_in_kept, false) as sign_in_kept, ordered_by, reason,
    case when kind = 'block' then coalesce(barrier, 'hard') end as barrier,
    case when kind = 'block' and barrier = 'soft' then patrol_minutes end as patrol_minutes,
    effective_at as since
from latest_at('ledger.checkpoint_event', checkpoint_id, at_moment, known)
