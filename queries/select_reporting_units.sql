-- the reporting unit of each area that lies in one, with who answers for the unit and their phone
-- parameters: areas, at, known_at
with answering as (
    select area_id, responsible, phone
    from ledger.area_event
    where effective_at <= $at
        and recorded_at <= $known_at
        and event_id not in (select target_id from undone_at($known_at))
    qualify row_number() over (partition by area_id order by effective_at desc, recorded_at desc, event_id desc) = 1
)
select unit.area_id, unit.unit_id, unit.unit_name, answering.responsible, answering.phone
from unit_known_at($at, $known_at) as unit
left join answering on answering.area_id = unit.unit_id
where $areas is null or list_contains($areas, unit.unit_id)
order by unit.unit_id, unit.area_id
