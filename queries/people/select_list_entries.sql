-- the entries of the lists as they stand, and the persons of the person ledger as a list of their own
-- parameters: areas, at, known_at
with entry as (
    select
        entry_id, list_name, area_id, name, sex, birth_date, id_number, phone, address, category, note, event_id, since,
        false as in_ledger
    from entry_at($at, $known_at)
    union all
    select
        person_id, null, area_id, name, sex, birth_date, id_number, phone, address, category, note, event_id, since,
        true
    from person_at($at, $known_at)
)
select entry_id, list_name, area_id, name, sex, birth_date, id_number, phone, address, category, note, event_id, since, in_ledger
from entry
where $areas is null or list_contains($areas, area_id)
order by entry_id
