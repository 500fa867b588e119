-- table macro: the latest order for each entrance at a moment, as known at another
-- parameters: at_moment, known
create or replace macro entrance_at(at_moment, known) as table
select
    entrance_id, mode, timetable, egress, key_holder, ordered_by, reason, expires_at, coalesce(sign_in_kept, false) as sign_in_kept,
    case when mode = 'sealed' then coalesce(barrier, 'hard') end as barrier,
    case when mode = 'sealed' and barrier = 'soft' then patrol_minutes end as patrol_minutes,
    effective_at as since
from latest_at('ledger.entrance_event', entrance_id, at_moment, known)
