-- every order for a checkpoint that stands, in the order in which they win; a hard barrier is none
-- parameters: areas, known_at
select
    checkpoint_id as id, effective_at, kind, coalesce(active, true) as active, coalesce(sign_in_kept, false) as sign_in_kept, ordered_by, reason,
    case when kind = 'block' and barrier = 'soft' then barrier end as barrier,
    case when kind = 'block' and barrier = 'soft' then patrol_minutes end as patrol_minutes
from events_at('ledger.checkpoint_event', timestamptz 'infinity', $known_at)
where (
        $areas is null
        or checkpoint_id in (
            select id from feature_at('checkpoints', timestamptz 'infinity', $known_at) where list_contains($areas, area_id)
        )
    )
order by effective_at, recorded_at, event_id
