-- which of the given ids the entries made in the field bear already, undone ones too
-- parameters: areas, ids
with entry as (
    select event_id, area_id from ledger.reading
    union all
    select event_id, area_id from ledger.visit
    union all
    select event_id, area_id from ledger.inspection
)
select event_id
from entry
where list_contains($ids, event_id) and ($areas is null or list_contains($areas, area_id))
