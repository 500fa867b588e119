-- the ledgers in which anything was recorded by a moment: a zero of one of them is a count, that of any other is not known
-- parameters: areas, at, known_at
with post as (
    select id, area_id from feature_at('entrances', $at, $known_at)
    union all
    select id, area_id from feature_at('checkpoints', $at, $known_at)
),
record as (
    select 'isolation' as name, area_id, event_id, effective_at, recorded_at from ledger.isolation_event
    union all
    select 'readings', area_id, event_id, effective_at, recorded_at from ledger.reading
    union all
    select 'cases', area_id, event_id, effective_at, recorded_at from ledger.case_event
    union all
    select 'households', area_id, event_id, effective_at, recorded_at from ledger.household_event
    union all
    select 'persons', area_id, event_id, effective_at, recorded_at from ledger.person_event
    union all
    select 'visits', area_id, event_id, effective_at, recorded_at from ledger.visit where purpose = 'screening'
    union all
    select 'units', area_id, event_id, effective_at, recorded_at from ledger.unit_event
    union all
    select 'checks', area_id, event_id, effective_at, recorded_at from ledger.business_check
    union all
    select 'disinfection', area_id, event_id, effective_at, recorded_at from ledger.disinfection
    union all
    select 'supplies', area_id, event_id, effective_at, recorded_at from ledger.supply_event
    union all
    select 'outreach', area_id, event_id, effective_at, recorded_at from ledger.outreach
    union all
    select 'inspections', area_id, event_id, effective_at, recorded_at from ledger.inspection
    union all
    select 'reports', area_id, event_id, effective_at, recorded_at from ledger.report_submission
    union all
    select 'passes', area_id, event_id, effective_at, recorded_at from ledger.pass_event
    union all
    -- a roster holds for hours to come, and is known once it is written; what was written later holds from its hours on
    select 'rosters', post.area_id, shift.event_id, least(shift.recorded_at, shift.starts_at), shift.recorded_at
    from ledger.duty_shift as shift
    inner join post on post.id = shift.subject_id
    union all
    select feature.layer, feature.attributes ->> 'area_id', feature.event_id, feature.effective_at, feature.recorded_at
    from ledger.feature_event as feature
    where feature.layer in ('entrances', 'checkpoints')
)
select distinct name
from record
where effective_at <= $at
    and recorded_at <= $known_at
    and event_id not in (select target_id from undone_at($known_at))
    and ($areas is null or list_contains($areas, area_id))
order by name
