-- the orders of risk levels up to a moment, as known at another, the earlier first; one without a level lifts the one before
-- parameters: areas, at, known_at
select area_id, level, until, ordered_by, reason, effective_at, recorded_by, event_id
from events_at('ledger.risk_order', $at, $known_at)
where $areas is null or list_contains($areas, area_id)
order by area_id, effective_at, recorded_at, event_id
