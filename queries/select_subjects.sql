-- the features that something has happened at: ordered, guarded, logged or marked
-- parameters: areas, known_at
with event as (
    select 'entrances' as layer, entrance_id as id, event_id, recorded_at from ledger.entrance_event
    union all
    select 'entrances', entrance_id, event_id, recorded_at from ledger.gate_log
    union all
    select 'checkpoints', checkpoint_id, event_id, recorded_at from ledger.checkpoint_event
    union all
    select subject_layer, subject_id, event_id, recorded_at from ledger.duty_shift
    union all
    select layer, feature_id, event_id, recorded_at from ledger.mark
)
select distinct layer, id
from event
where recorded_at <= $known_at
    and event_id not in (select target_id from undone_at($known_at))
    and (
        $areas is null
        or id in (select feature_id from ledger.feature_event where list_contains($areas, attributes ->> 'area_id'))
    )
order by layer, id
