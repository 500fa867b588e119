-- the persons who are followed, and whether each is a confirmed case already
-- parameters: areas, at, known_at
select person.person_id, confirmed.case_id is not null as is_case
from person_at($at, $known_at) as person
left join case_at($at, $known_at) as confirmed on confirmed.person_id = person.person_id
where $areas is null or list_contains($areas, person.area_id)
order by person.person_id
