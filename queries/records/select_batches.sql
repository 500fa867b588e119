-- the imports without the undoings of areas, latest first, and whether each still has events that stand
-- parameters: none
with standing as (
    select distinct batch_id from events_at('every_event', timestamptz 'infinity', timestamptz 'infinity') where batch_id is not null
)
select
    batch_id, kind, file_name, layer, crs, read, added, changed, unchanged, rejected, recorded_at, recorded_by,
    batch_id in (select batch_id from standing) as stands
from ledger.import_batch
where kind <> 'undo'
order by recorded_at desc, batch_id desc
