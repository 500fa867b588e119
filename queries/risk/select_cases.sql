-- the cases at a moment, as known at another: those confirmed, and when; withdrawn ones left out
-- parameters: areas, at, known_at
select
    confirmed.case_id, confirmed.area_id, area.name as area_name, confirmed.person_id, coalesce(confirmed.cluster, false) as cluster,
    confirmed.note, confirmed.since as confirmed_at, confirmed.recorded_at, confirmed.recorded_by, confirmed.event_id
from case_at($at, $known_at) as confirmed
left join feature_at('areas', $at, $known_at) as area on area.id = confirmed.area_id
where $areas is null or list_contains($areas, confirmed.area_id)
order by confirmed.since desc, confirmed.case_id
