-- what undoing an import voids: its events that stand, and the later descriptions of the features that it added
-- parameters: batch_id
with description as (
    select
        event_id,
        first_value(batch_id) over (partition by layer, feature_id order by recorded_at, event_id) as first_batch_id
    from ledger.feature_event
    where event_id not in (select target_id from undone_at(timestamptz 'infinity'))
),
event as (
    select event_id from ledger.feature_event where batch_id = $batch_id
    union all
    select event_id from ledger.entrance_event where batch_id = $batch_id
    union all
    select event_id from ledger.checkpoint_event where batch_id = $batch_id
    union all
    select event_id from ledger.area_event where batch_id = $batch_id
    union all
    select event_id from ledger.duty_shift where batch_id = $batch_id
    union all
    select event_id from ledger.sign_in where batch_id = $batch_id
    union all
    select event_id from ledger.pass_event where batch_id = $batch_id
    union all
    select event_id from ledger.gate_log where batch_id = $batch_id
    union all
    select event_id from ledger.mark where batch_id = $batch_id
    union all
    select event_id from ledger.road_edit where batch_id = $batch_id
    union all
    select event_id from ledger.entry_point where batch_id = $batch_id
    union all
    select event_id from ledger.entrance_declaration where batch_id = $batch_id
    union all
    select event_id from ledger.household_event where batch_id = $batch_id
    union all
    select event_id from ledger.person_event where batch_id = $batch_id
    union all
    select event_id from ledger.unit_event where batch_id = $batch_id
    union all
    select event_id from ledger.visit where batch_id = $batch_id
    union all
    select event_id from ledger.isolation_event where batch_id = $batch_id
    union all
    select event_id from ledger.reading where batch_id = $batch_id
    union all
    select event_id from ledger.case_event where batch_id = $batch_id
    union all
    select event_id from ledger.supply_event where batch_id = $batch_id
    union all
    select event_id from ledger.list_entry where batch_id = $batch_id
    union all
    -- what a correction replaced comes back with it
    select event_id from ledger.void where batch_id = $batch_id
    union
    select event_id from description where first_batch_id = $batch_id
)
select event_id
from event
where event_id not in (select target_id from undone_at(timestamptz 'infinity'))
order by event_id
