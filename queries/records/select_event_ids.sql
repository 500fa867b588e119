-- which of some ids events bear already, undone ones too, and in which table: an id names one event of all
-- parameters: areas, ids
select event_table, event_id
from every_event
where list_contains($ids, event_id) and ($areas is null or list_contains($areas, area_id))
order by event_table, event_id
