-- the latest event of every case, withdrawn ones too, with when it was last confirmed, for rows of a file to be compared with
-- parameters: areas, at, known_at
select
    case_id, person_id, area_id, status, cluster, note, effective_at,
    max(effective_at) filter (where status = 'confirmed') over (partition by case_id) as confirmed_at
from ledger.case_event
where effective_at <= $at
    and recorded_at <= $known_at
    and event_id not in (select target_id from undone_at($known_at))
    and ($areas is null or list_contains($areas, area_id))
qualify row_number() over (partition by case_id order by effective_at desc, recorded_at desc, event_id desc) = 1
order by case_id
