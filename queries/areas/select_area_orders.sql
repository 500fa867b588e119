-- every order for an area that stands, in the order in which they win
-- parameters: areas, known_at
select area_id as id, effective_at, status, responsible, phone, ordered_by, reason
from events_at('ledger.area_event', timestamptz 'infinity', $known_at)
where $areas is null or list_contains($areas, area_id)
order by effective_at, recorded_at, event_id
