-- the units as they are described now, for rows of a file to be compared with
-- parameters: areas, at, known_at
select
    unit_id, area_id, name, trade, address, responsible, phone, staff, staff_affected, clients_affected, resumed, signed_by,
    signed_on, note, since
from unit_at($at, $known_at)
where $areas is null or list_contains($areas, area_id)
order by unit_id
