-- what persons have decided of pairs of entries, the latest of each pair
-- parameters: areas, at, known_at
select left_id, right_id, area_id, same, score, reason, recorded_by, event_id, effective_at as since
from events_at('ledger.match_decision', $at, $known_at)
where $areas is null or list_contains($areas, area_id)
qualify is_latest((left_id, right_id), effective_at, recorded_at, event_id)
order by left_id, right_id
