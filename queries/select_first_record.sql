-- the moment of the first thing that was recorded of areas, posts, people or upkeep; missing where nothing is
-- parameters: areas, known_at
with record as (
    select area_id, event_id, effective_at, recorded_at from ledger.area_event
    union all
    -- orders are of places: those out of view tell nothing here
    select feature.attributes ->> 'area_id', ordered.event_id, ordered.effective_at, ordered.recorded_at
    from (
        select entrance_id as feature_id, event_id, effective_at, recorded_at from ledger.entrance_event
        union all
        select checkpoint_id, event_id, effective_at, recorded_at from ledger.checkpoint_event
    ) as ordered
    inner join ledger.feature_event as feature on feature.feature_id = ordered.feature_id
    union all
    select area_id, event_id, effective_at, recorded_at from ledger.pass_event
    union all
    select area_id, event_id, effective_at, recorded_at from ledger.household_event
    union all
    select area_id, event_id, effective_at, recorded_at from ledger.person_event
    union all
    select area_id, event_id, effective_at, recorded_at from ledger.unit_event
    union all
    select area_id, event_id, effective_at, recorded_at from ledger.visit
    union all
    select area_id, event_id, effective_at, recorded_at from ledger.isolation_event
    union all
    select area_id, event_id, effective_at, recorded_at from ledger.reading
    union all
    select area_id, event_id, effective_at, recorded_at from ledger.case_event
    union all
    select area_id, event_id, effective_at, recorded_at from ledger.risk_order
    union all
    select area_id, event_id, effective_at, recorded_at from ledger.disinfection
    union all
    select area_id, event_id, effective_at, recorded_at from ledger.business_check
    union all
    select area_id, event_id, effective_at, recorded_at from ledger.supply_event
    union all
    select area_id, event_id, effective_at, recorded_at from ledger.outreach
    union all
    select area_id, event_id, effective_at, recorded_at from ledger.measure
    union all
    select area_id, event_id, effective_at, recorded_at from ledger.inspection
)
select min(effective_at) as first_at
from record
where recorded_at <= $known_at
    -- what holds for all time is dated 1900, and is no moment
    and effective_at >= timestamptz '1900-01-03 00:00:00+00'
    and event_id not in (select target_id from undone_at($known_at))
    and ($areas is null or list_contains($areas, area_id))
