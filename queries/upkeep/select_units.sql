-- the social units as they stand, each with its last check
-- parameters: areas, at, known_at
with checked as (
    select unit_id, passed, finding, recheck_on, inspector, effective_at as checked_at
    from latest_at('ledger.business_check', unit_id, $at, $known_at)
),
-- a clock runs from when a unit was entered, or resumed work: a telephone number that is corrected starts none anew
described as (
    select
        unit_id, effective_at, coalesce(not resumed, false) or coalesce(withdrawn, false) as idle,
        count(*) filter (where not coalesce(resumed, true) or coalesce(withdrawn, false))
            over (partition by unit_id order by effective_at, recorded_at, event_id) as stops
    from events_at('ledger.unit_event', $at, $known_at)
),
going as (
    select unit_id, effective_at, idle from described qualify stops = max(stops) over (partition by unit_id)
),
entered as (
    select unit_id, min(effective_at) as first_at from going where not idle group by unit_id
)
select
    unit.unit_id, unit.name, unit.trade, unit.area_id, coalesce(area.name, unit.area_id) as area_name, unit.address, unit.responsible,
    unit.phone, unit.staff, unit.staff_affected, unit.clients_affected, unit.resumed, unit.signed_by, unit.signed_on, unit.note,
    unit.since, entered.first_at, checked.checked_at, checked.passed, checked.finding, checked.recheck_on, checked.inspector
from unit_at($at, $known_at) as unit
left join entered on entered.unit_id = unit.unit_id
left join checked on checked.unit_id = unit.unit_id
left join feature_at('areas', $at, $known_at) as area on area.id = unit.area_id
where $areas is null or list_contains($areas, unit.area_id)
order by unit.name, unit.unit_id
