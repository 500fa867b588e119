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
    select 'feature_event' as event_table, event_id, effective_at, recorded_at, recorded_by, source, batch_id,
        to_json({'name': name, 'withdrawn': withdrawn, 'attributes': attributes}) as details
    from ledger.feature_event
    where layer = $layer and feature_id = $feature
    union all
    select 'entrance_event', event_id, effective_at, recorded_at, recorded_by, source, batch_id,
        to_json({
            'mode': mode, 'timetable': timetable, 'egress': egress, 'key_holder': key_holder, 'expires_at': expires_at,
            'barrier': barrier, 'patrol_minutes': patrol_minutes, 'ordered_by': ordered_by, 'reason': reason
        })
    from ledger.entrance_event
    where $layer = 'entrances' and entrance_id = $feature
    union all
    select 'checkpoint_event', event_id, effective_at, recorded_at, recorded_by, source, batch_id,
        to_json({
            'kind': kind, 'active': active, 'barrier': barrier, 'patrol_minutes': patrol_minutes, 'ordered_by': ordered_by, 'reason': reason
        })
    from ledger.checkpoint_event
    where $layer = 'checkpoints' and checkpoint_id = $feature
    union all
    select 'area_event', event_id, effective_at, recorded_at, recorded_by, source, batch_id,
        to_json({'status': status, 'responsible': responsible, 'phone': phone, 'ordered_by': ordered_by, 'reason': reason})
    from ledger.area_event
    where $layer = 'areas' and area_id = $feature
    union all
    select 'duty_shift', event_id, effective_at, recorded_at, recorded_by, source, batch_id,
        to_json({'person': person, 'phone': phone, 'force': force, 'starts_at': starts_at, 'ends_at': ends_at})
    from ledger.duty_shift
    where subject_layer = $layer and subject_id = $feature
    union all
    select 'sign_in', sign_in.event_id, sign_in.effective_at, sign_in.recorded_at, sign_in.recorded_by, sign_in.source, sign_in.batch_id,
        to_json({'person': sign_in.person, 'reason': sign_in.note})
    from ledger.sign_in
    inner join ledger.duty_shift on duty_shift.event_id = sign_in.shift_id
    where duty_shift.subject_layer = $layer and duty_shift.subject_id = $feature
    union all
    select 'mark', event_id, effective_at, recorded_at, recorded_by, source, batch_id, to_json({'status': status, 'reason': note})
    from ledger.mark
    where layer = $layer and feature_id = $feature
),
undone as (
    select target_id, min(recorded_at) as voided_at, arg_min(recorded_by, recorded_at) as voided_by, arg_min(reason, recorded_at) as void_reason
    from undone_at($known_at)
    group by target_id
)
select
    event.event_table, event.event_id, event.effective_at, event.recorded_at, event.recorded_by, event.source,
    import_batch.file_name, event.details,
    undone.target_id is not null as voided, undone.voided_at, undone.voided_by, undone.void_reason
from event
cross join visible
left join undone on undone.target_id = event.event_id
left join ledger.import_batch on import_batch.batch_id = event.batch_id
where visible.allowed and event.recorded_at <= $known_at
order by event.effective_at desc, event.recorded_at desc, event.event_id desc
