-- the persons as they are described now, for rows of a file to be compared with
-- parameters: areas, at, known_at
select
    person_id, household_id, unit_id, area_id, name, sex, birth_date, id_number, phone, address, category, arrived_from,
    arrived_on, note, since
from person_at($at, $known_at)
where $areas is null or list_contains($areas, area_id)
order by person_id
