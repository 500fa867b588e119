-- the stretches of a window in which checkpoints exist and stand, one row an order; a post stands around the clock
-- parameters: areas, start, until, known_at
with description as (
    select
        feature_id, name, attributes ->> 'area_id' as area_id, withdrawn, effective_at as begins,
        lead(effective_at, 1, timestamptz 'infinity') over (
            partition by feature_id order by effective_at, recorded_at, event_id
        ) as finishes
    from ledger.feature_event
    where layer = 'checkpoints' and recorded_at <= $known_at and event_id not in (select target_id from undone_at($known_at))
),
standing_order as (
    select
        checkpoint_id, coalesce(active, true) as active, coalesce(sign_in_kept, false) as sign_in_kept, kind, effective_at as begins,
        case when kind = 'block' then coalesce(barrier, 'hard') end as barrier,
        case when kind = 'block' and barrier = 'soft' then patrol_minutes end as patrol_minutes,
        lead(effective_at, 1, timestamptz 'infinity') over (
            partition by checkpoint_id order by effective_at, recorded_at, event_id
        ) as finishes
    from ledger.checkpoint_event
    where recorded_at <= $known_at and event_id not in (select target_id from undone_at($known_at))
)
select
    description.feature_id as subject_id, description.name, 'open_24h' as mode, null::varchar as timetable, standing_order.sign_in_kept,
    standing_order.kind, standing_order.barrier, standing_order.patrol_minutes,
    greatest(description.begins, standing_order.begins, $start) as starts_at,
    least(description.finishes, standing_order.finishes, $until) as ends_at
from description
inner join standing_order on standing_order.checkpoint_id = description.feature_id
where not description.withdrawn
    and standing_order.active
    and ($areas is null or list_contains($areas, coalesce(description.area_id, '')))
    and starts_at < ends_at
order by subject_id, starts_at
