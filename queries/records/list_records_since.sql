-- the ledger tables in which anything was recorded after a moment, besides those that tell of the work with the records
-- parameters: known_at, since
select distinct event_table as name
from every_event
where recorded_at > $since and recorded_at <= $known_at and not office
order by name
