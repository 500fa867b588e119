-- a briefing as it went out, whole, as JSON; null once it has been blanked
-- parameters: areas, at, known_at, event_id
select event_id, area_id, document
from ledger.briefing_event
where effective_at <= $at
    and recorded_at <= $known_at
    and event_id not in (select target_id from undone_at($known_at))
    and event_id = $event_id::varchar
    and ($areas is null or list_contains($areas, area_id))
