-- the passes with a number: the last thing that happened to each
-- parameters: areas, at, known_at
select area_id, pass_no, holder, action, effective_at as since
from events_at('ledger.pass_event', $at, $known_at)
where pass_no is not null
    and ($areas is null or list_contains($areas, area_id))
qualify is_latest((area_id, pass_no), effective_at, recorded_at, event_id)
order by area_id, pass_no
