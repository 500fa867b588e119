-- the events of some cases that stand, in the order in which they count
-- parameters: areas, at, known_at, cases
select event_id, case_id, status, effective_at
from ledger.case_event
where list_contains($cases::varchar[], case_id)
    and effective_at <= $at
    and recorded_at <= $known_at
    and event_id not in (select target_id from undone_at($known_at))
    and ($areas is null or list_contains($areas, area_id))
order by case_id, effective_at, recorded_at, event_id
