-- the moment of the first thing that was recorded of areas, posts, people or upkeep; missing where nothing is
-- parameters: areas, known_at
with record as (
    select area_id, layer, feature_id, effective_at
    from events_at('every_event', timestamptz 'infinity', $known_at)
    where begins
        -- what holds for all time is dated 1900, and is no moment
        and effective_at >= timestamptz '1900-01-03 00:00:00+00'
)
select min(record.effective_at) as first_at
from record
where $areas is null
    or list_contains($areas, record.area_id)
    -- orders are of places: those out of view tell nothing here
    or (
        record.layer in ('entrances', 'checkpoints')
        and record.feature_id in (select feature_id from ledger.feature_event where list_contains($areas, attributes ->> 'area_id'))
    )
