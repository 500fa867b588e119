-- the events of some cases that stand, in the order in which they count
-- parameters: areas, at, known_at, cases
select event_id, case_id, status, effective_at
from events_at('ledger.case_event', $at, $known_at)
where list_contains($cases::varchar[], case_id)
    and ($areas is null or list_contains($areas, area_id))
order by case_id, effective_at, recorded_at, event_id
