-- the ledgers in which anything was recorded by a moment: a zero of one of them is a count, that of any other is not known
-- parameters: areas, at, known_at
with post as (
    select id, area_id from feature_at('entrances', $at, $known_at)
    union all
    select id, area_id from feature_at('checkpoints', $at, $known_at)
),
record as (
    select ledger as name, area_id from events_at('every_event', $at, $known_at) where ledger is not null
    union all
    -- a roster holds for hours to come, and is known once it is written; what was written later holds from its hours on
    select 'rosters', post.area_id
    from events_at('ledger.duty_shift', timestamptz 'infinity', $known_at) as shift
    inner join post on post.id = shift.subject_id
    where least(shift.recorded_at, shift.starts_at) <= $at
    union all
    select layer, attributes ->> 'area_id'
    from events_at('ledger.feature_event', $at, $known_at)
    where layer in ('entrances', 'checkpoints')
)
select distinct name
from record
where $areas is null or list_contains($areas, area_id)
order by name
