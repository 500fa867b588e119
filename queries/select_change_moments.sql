-- the moments within a window at which an order, a description, an edit of the roads, an entry point or a declaration takes effect
-- parameters: areas, start, until, known_at
with event as (
    select event_id, effective_at, recorded_at from ledger.entrance_event
    union all
    select event_id, effective_at, recorded_at from ledger.checkpoint_event
    union all
    select event_id, effective_at, recorded_at from ledger.feature_event
    union all
    select event_id, effective_at, recorded_at from ledger.road_edit
    union all
    select event_id, effective_at, recorded_at from ledger.entry_point
    union all
    select event_id, effective_at, recorded_at from ledger.entrance_declaration
)
select distinct effective_at as moment
from event
where effective_at > $start
    and effective_at < $until
    and recorded_at <= $known_at
    and event_id not in (select target_id from undone_at($known_at))
    and $areas is null
order by moment
