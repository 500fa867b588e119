-- the checkpoints in force at a moment, counted by kind, barrier, staffing and whether they stand beyond every drawn border
-- parameters: areas, at, known_at
select
    checkpoint.kind, checkpoint.barrier, checkpoint.patrol_minutes,
    case when checkpoint.sign_in_kept then coalesce(duty.signed_in, 0) else coalesce(duty.rostered, 0) end > 0 as staffed,
    feature.area_id is null and feature.geometry is not null and exists (
        select 1 from feature_at('areas', $at, $known_at) as area where area.geometry is not null
    ) as beyond,
    count(*) as checkpoints
from feature_at('checkpoints', $at, $known_at) as feature
inner join checkpoint_at($at, $known_at) as checkpoint on checkpoint.checkpoint_id = feature.id and checkpoint.active
left join on_duty_at($at, $known_at) as duty on duty.subject_layer = 'checkpoints' and duty.subject_id = feature.id
where $areas is null or list_contains($areas, coalesce(feature.area_id, ''))
group by all
order by all
