-- every order for an entrance that stands, in the order in which they win; a hard barrier is none
-- parameters: areas, known_at
select
    entrance_id as id, effective_at, mode, timetable, egress, key_holder, ordered_by, reason, expires_at,
    coalesce(sign_in_kept, false) as sign_in_kept,
    case when mode = 'sealed' and barrier = 'soft' then barrier end as barrier,
    case when mode = 'sealed' and barrier = 'soft' then patrol_minutes end as patrol_minutes
from events_at('ledger.entrance_event', timestamptz 'infinity', $known_at)
where (
        $areas is null
        or entrance_id in (
            select id from feature_at('entrances', timestamptz 'infinity', $known_at) where list_contains($areas, area_id)
        )
    )
order by effective_at, recorded_at, event_id
