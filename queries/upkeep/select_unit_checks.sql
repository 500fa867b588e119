-- the checks of social units, of one or of all, latest first
-- parameters: areas, at, known_at, unit_id
select checked.unit_id, unit.name, checked.effective_at as checked_at, checked.passed, checked.finding, checked.recheck_on,
    checked.inspector, checked.recorded_by, checked.event_id
from events_at('ledger.business_check', $at, $known_at) as checked
left join unit_at($at, $known_at) as unit on unit.unit_id = checked.unit_id
where ($unit_id is null or checked.unit_id = $unit_id)
    and ($areas is null or list_contains($areas, checked.area_id))
order by checked.effective_at desc, checked.recorded_at desc, checked.event_id desc
