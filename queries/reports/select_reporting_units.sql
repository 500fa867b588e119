-- the reporting unit of each area that lies in one, with who answers for the unit and their phone
-- parameters: areas, at, known_at
with answering as (
    select area_id, responsible, phone
    from latest_at('ledger.area_event', area_id, $at, $known_at)
)
select unit.area_id, unit.unit_id, unit.unit_name, answering.responsible, answering.phone
from unit_known_at($at, $known_at) as unit
left join answering on answering.area_id = unit.unit_id
where $areas is null or list_contains($areas, unit.unit_id)
order by unit.unit_id, unit.area_id
