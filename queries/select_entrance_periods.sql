-- the stretches of a window in which entrances exist and are ordered open, one row an order
-- parameters: areas, start, until, known_at
with description as (
    select
        feature_id, name, attributes ->> 'area_id' as area_id, withdrawn, effective_at as begins,
        lead(effective_at, 1, timestamptz 'infinity') over (
            partition by feature_id order by effective_at, recorded_at, event_id
        ) as finishes
    from ledger.feature_event
    where layer = 'entrances' and recorded_at <= $known_at and event_id not in (select target_id from undone_at($known_at))
),
standing_order as (
    select
        entrance_id, mode, timetable, coalesce(sign_in_kept, false) as sign_in_kept, effective_at as begins,
        lead(effective_at, 1, timestamptz 'infinity') over (
            partition by entrance_id order by effective_at, recorded_at, event_id
        ) as finishes
    from ledger.entrance_event
    where recorded_at <= $known_at and event_id not in (select target_id from undone_at($known_at))
)
select
    description.feature_id as subject_id, description.name, standing_order.mode, standing_order.timetable, standing_order.sign_in_kept,
    greatest(description.begins, standing_order.begins, $start) as starts_at,
    least(description.finishes, standing_order.finishes, $until) as ends_at
from description
inner join standing_order on standing_order.entrance_id = description.feature_id
where not description.withdrawn
    and standing_order.mode in ('open_24h', 'open_hours')
    and ($areas is null or list_contains($areas, coalesce(description.area_id, '')))
    and starts_at < ends_at
order by subject_id, starts_at
