-- the entrances at a moment: description, order in force, who is there
-- parameters: areas, at, known_at
select
    feature.id, feature.name, feature.geometry, feature.area_id, feature.source,
    {described_entrances},
    entrance.mode, entrance.timetable, entrance.egress, entrance.key_holder, entrance.ordered_by, entrance.reason,
    entrance.expires_at, entrance.barrier, entrance.patrol_minutes, entrance.since,
    case when entrance.sign_in_kept then coalesce(duty.signed_in, 0) else coalesce(duty.rostered, 0) end as on_duty,
    on_duty > 0 as staffed,
    duty.person, duty.phone,
    coalesce(entrance.mode = 'sealed' and entrance.expires_at <= $at, false) as overdue
from feature_at('entrances', $at, $known_at) as feature
left join entrance_at($at, $known_at) as entrance on entrance.entrance_id = feature.id
left join on_duty_at($at, $known_at) as duty on duty.subject_layer = 'entrances' and duty.subject_id = feature.id
where $areas is null or list_contains($areas, coalesce(feature.area_id, ''))
order by feature.id
