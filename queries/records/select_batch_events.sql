-- what undoing an import voids: its events that stand, and the later descriptions of the features that it added
-- parameters: batch_id
with description as (
    select
        event_id,
        first_value(batch_id) over (partition by layer, feature_id order by recorded_at, event_id) as first_batch_id
    from events_at('ledger.feature_event', timestamptz 'infinity', timestamptz 'infinity')
)
-- with the voids of a correction what it replaced comes back
select event_id from events_at('every_event', timestamptz 'infinity', timestamptz 'infinity') where batch_id = $batch_id
union
select event_id from description where first_batch_id = $batch_id
order by event_id
