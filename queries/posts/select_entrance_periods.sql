-- the stretches of a window in which entrances exist and are ordered open, one row an order
-- parameters: areas, start, until, known_at
select
    place.feature_id as subject_id, place.name, ordered.mode, ordered.timetable, coalesce(ordered.sign_in_kept, false) as sign_in_kept,
    greatest(place.begins, ordered.begins, $start) as starts_at,
    least(place.finishes, ordered.finishes, $until) as ends_at
from held_until('ledger.feature_event', (layer, feature_id), $known_at) as place
inner join held_until('ledger.entrance_event', entrance_id, $known_at) as ordered on ordered.entrance_id = place.feature_id
where place.layer = 'entrances'
    and not place.withdrawn
    and ordered.mode in ('open_24h', 'open_hours')
    and ($areas is null or list_contains($areas, coalesce(place.attributes ->> 'area_id', '')))
    and starts_at < ends_at
order by subject_id, starts_at
