-- the stretches of a window in which checkpoints exist and stand, one row an order; a post stands around the clock
-- parameters: areas, start, until, known_at
select
    place.feature_id as subject_id, place.name, 'open_24h' as mode, null::varchar as timetable,
    coalesce(ordered.sign_in_kept, false) as sign_in_kept, ordered.kind,
    case when ordered.kind = 'block' then coalesce(ordered.barrier, 'hard') end as barrier,
    case when ordered.kind = 'block' and ordered.barrier = 'soft' then ordered.patrol_minutes end as patrol_minutes,
    greatest(place.begins, ordered.begins, $start) as starts_at,
    least(place.finishes, ordered.finishes, $until) as ends_at
from held_until('ledger.feature_event', (layer, feature_id), $known_at) as place
inner join held_until('ledger.checkpoint_event', checkpoint_id, $known_at) as ordered on ordered.checkpoint_id = place.feature_id
where place.layer = 'checkpoints'
    and not place.withdrawn
    and coalesce(ordered.active, true)
    and ($areas is null or list_contains($areas, coalesce(place.attributes ->> 'area_id', '')))
    and starts_at < ends_at
order by subject_id, starts_at
