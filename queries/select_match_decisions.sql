-- what persons have decided of pairs of entries, the latest of each pair
-- parameters: areas, at, known_at
select left_id, right_id, area_id, same, score, reason, recorded_by, event_id, effective_at as since
from ledger.match_decision
where effective_at <= $at
    and recorded_at <= $known_at
    and event_id not in (select target_id from undone_at($known_at))
    and ($areas is null or list_contains($areas, area_id))
qualify row_number() over (partition by left_id, right_id order by effective_at desc, recorded_at desc, event_id desc) = 1
order by left_id, right_id
