-- the reading of an id: one row, or none where there is no such reading or it lies outside the scope
-- parameters: areas, event_id
select event_id, episode_id
from ledger.reading
where event_id = $event_id
    and ($areas is null or list_contains($areas, area_id))
