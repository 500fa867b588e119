-- the posts in force at a moment by class, kind and barrier: how many, the staff they need, the people there, rostered and signed in, the posts short of staff
-- parameters: areas, at, known_at
select
    coalesce(feature.attributes ->> 'post_class', 'other') as post_class,
    checkpoint.kind, checkpoint.barrier, checkpoint.patrol_minutes,
    count(*) as posts,
    coalesce(sum(cast(feature.attributes ->> 'staff_required' as bigint)), 0)::bigint as required,
    count(*) filter (where feature.attributes ->> 'staff_required' is null) as uncounted,
    -- who is there has signed in where sign-ins are kept
    sum(case when checkpoint.sign_in_kept then coalesce(duty.signed_in, 0) else coalesce(duty.rostered, 0) end)::bigint as on_duty,
    coalesce(sum(duty.rostered), 0)::bigint as rostered,
    -- missing where no post of the class keeps sign-ins: that nobody signed in says nothing there
    (sum(coalesce(duty.signed_in, 0)) filter (where checkpoint.sign_in_kept))::bigint as signed_in,
    count(*) filter (
        where case when checkpoint.sign_in_kept then coalesce(duty.signed_in, 0) else coalesce(duty.rostered, 0) end < greatest(coalesce(cast(feature.attributes ->> 'staff_required' as bigint), 1), 1)
    ) as short
from feature_at('checkpoints', $at, $known_at) as feature
inner join checkpoint_at($at, $known_at) as checkpoint on checkpoint.checkpoint_id = feature.id and checkpoint.active
left join on_duty_at($at, $known_at) as duty on duty.subject_layer = 'checkpoints' and duty.subject_id = feature.id
where $areas is null or list_contains($areas, coalesce(feature.area_id, ''))
group by all
order by all
