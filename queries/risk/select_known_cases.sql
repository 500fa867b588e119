-- the latest event of every case, withdrawn ones too, with when it was last confirmed, for rows of a file to be compared with
-- parameters: areas, at, known_at
select
    case_id, person_id, area_id, status, cluster, note, effective_at,
    max(effective_at) filter (where status = 'confirmed') over (partition by case_id) as confirmed_at
from events_at('ledger.case_event', $at, $known_at)
where $areas is null or list_contains($areas, area_id)
qualify is_latest(case_id, effective_at, recorded_at, event_id)
order by case_id
