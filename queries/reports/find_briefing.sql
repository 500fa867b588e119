-- a briefing as it went out, whole, as JSON; null once it has been blanked
-- parameters: areas, at, known_at, event_id
select event_id, area_id, document
from events_at('ledger.briefing_event', $at, $known_at)
where event_id = $event_id::varchar
    and ($areas is null or list_contains($areas, area_id))
