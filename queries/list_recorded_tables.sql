-- the tables of a daily report in which something was recorded after a moment and up to another that took effect by a third
-- parameters: at, known_at, since
with recorded as (
    select 'areas' as name, effective_at, recorded_at from ledger.feature_event where layer = 'areas'
    union all
    select 'areas', effective_at, recorded_at from ledger.area_event
    union all
    select 'work', effective_at, recorded_at from ledger.feature_event where layer in ('checkpoints', 'entrances')
    union all
    select 'work', effective_at, recorded_at from ledger.checkpoint_event
    union all
    select 'work', effective_at, recorded_at from ledger.entrance_event
    union all
    select 'work', effective_at, recorded_at from ledger.supply_event
    union all
    select 'work', effective_at, recorded_at from ledger.visit
    union all
    select 'episodes', effective_at, recorded_at from ledger.isolation_event
    union all
    select 'readings', effective_at, recorded_at from ledger.reading
    union all
    -- an undoing says nothing of when what it undoes took effect
    select 'undone', null, recorded_at from ledger.void
)
select distinct name
from recorded
where recorded_at > $since
    and recorded_at <= $known_at
    and coalesce(effective_at <= $at, true)
order by name
