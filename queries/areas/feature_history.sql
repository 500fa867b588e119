-- every event of one feature, newest first, undone ones marked; details is the event's own columns as JSON
-- parameters: areas, layer, feature, known_at
with visible as (
    select $areas is null or coalesce(list_contains($areas, arg_max(
        case when layer = 'areas' then feature_id else attributes ->> 'area_id' end, (effective_at, recorded_at, event_id)
    )), false) as allowed
    from ledger.feature_event
    where layer = $layer and feature_id = $feature
),
event as (
    {told_of_features}
)
select
    event.event_table, event.event_id, event.effective_at, event.recorded_at, event.recorded_by, event.source,
    import_batch.file_name, event.details,
    undone.target_id is not null as voided, undone.voided_at, undone.voided_by, undone.void_reason
from event
cross join visible
left join undone_how($known_at) as undone on undone.target_id = event.event_id
left join ledger.import_batch on import_batch.batch_id = event.batch_id
where visible.allowed and event.recorded_at <= $known_at
order by event.effective_at desc, event.recorded_at desc, event.event_id desc
