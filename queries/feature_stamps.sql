-- one stamp a layer: changes whenever an event that describes its features, or undoes one, is appended
-- parameters: none
select layer, max(event_id) || '/' || count(*) || '/' || (select count(*) from ledger.void) as stamp
from ledger.feature_event
group by layer
order by layer
