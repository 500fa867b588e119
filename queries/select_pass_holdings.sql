-- the passes with a number: the last thing that happened to each
-- parameters: areas, at, known_at
select area_id, pass_no, holder, action, effective_at as since
from ledger.pass_event
where pass_no is not null
    and effective_at <= $at
    and recorded_at <= $known_at
    and event_id not in (select target_id from undone_at($known_at))
    and ($areas is null or list_contains($areas, area_id))
qualify row_number() over (partition by area_id, pass_no order by effective_at desc, recorded_at desc, event_id desc) = 1
order by area_id, pass_no
