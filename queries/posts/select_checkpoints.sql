-- the checkpoints in force at a moment: description, kind, who is there
-- parameters: areas, at, known_at
select
    feature.id, feature.name, feature.geometry, feature.area_id, feature.source,
    {described_checkpoints},
    checkpoint.kind, checkpoint.sign_in_kept, checkpoint.ordered_by, checkpoint.reason,
    checkpoint.barrier, checkpoint.patrol_minutes, checkpoint.since,
    case when checkpoint.sign_in_kept then coalesce(duty.signed_in, 0) else coalesce(duty.rostered, 0) end as on_duty,
    on_duty > 0 as staffed,
    duty.person, duty.phone
from feature_at('checkpoints', $at, $known_at) as feature
inner join checkpoint_at($at, $known_at) as checkpoint on checkpoint.checkpoint_id = feature.id and checkpoint.active
left join on_duty_at($at, $known_at) as duty on duty.subject_layer = 'checkpoints' and duty.subject_id = feature.id
where $areas is null or list_contains($areas, coalesce(feature.area_id, ''))
order by feature.id
