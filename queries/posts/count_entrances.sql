-- the entrances at a moment, counted by order, timetable, staffing and whether the seal is overdue
-- parameters: areas, at, known_at
select
    entrance.mode,
    entrance.timetable,
    case when entrance.sign_in_kept then coalesce(duty.signed_in, 0) else coalesce(duty.rostered, 0) end > 0 as staffed,
    coalesce(entrance.mode = 'sealed' and entrance.expires_at <= $at, false) as overdue,
    count(*) as entrances
from feature_at('entrances', $at, $known_at) as feature
left join entrance_at($at, $known_at) as entrance on entrance.entrance_id = feature.id
left join on_duty_at($at, $known_at) as duty on duty.subject_layer = 'entrances' and duty.subject_id = feature.id
where $areas is null or list_contains($areas, coalesce(feature.area_id, ''))
group by all
order by all
