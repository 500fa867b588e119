-- the imports without the undoings of areas, latest first, and whether each still has events that stand
-- parameters: none
with event as (
    select batch_id, event_id from ledger.feature_event
    union all
    select batch_id, event_id from ledger.entrance_event
    union all
    select batch_id, event_id from ledger.checkpoint_event
    union all
    select batch_id, event_id from ledger.area_event
    union all
    select batch_id, event_id from ledger.household_event
    union all
    select batch_id, event_id from ledger.person_event
    union all
    select batch_id, event_id from ledger.unit_event
    union all
    select batch_id, event_id from ledger.visit
    union all
    select batch_id, event_id from ledger.isolation_event
    union all
    select batch_id, event_id from ledger.reading
    union all
    select batch_id, event_id from ledger.case_event
    union all
    select batch_id, event_id from ledger.supply_event
    union all
    select batch_id, event_id from ledger.list_entry
),
standing as (
    select distinct batch_id
    from event
    where event_id not in (select target_id from undone_at(timestamptz 'infinity'))
)
select
    batch_id, kind, file_name, layer, crs, read, added, changed, unchanged, rejected, recorded_at, recorded_by,
    batch_id in (select batch_id from standing where batch_id is not null) as stands
from ledger.import_batch
where kind <> 'undo'
order by recorded_at desc, batch_id desc
