-- the ledger tables in which anything was recorded after a moment
-- parameters: known_at, since
with record as (
    select 'alarm_action' as name, recorded_at from ledger.alarm_action
    union all
    select 'area_event' as name, recorded_at from ledger.area_event
    union all
    select 'business_check' as name, recorded_at from ledger.business_check
    union all
    select 'case_event' as name, recorded_at from ledger.case_event
    union all
    select 'checkpoint_event' as name, recorded_at from ledger.checkpoint_event
    union all
    select 'disinfection' as name, recorded_at from ledger.disinfection
    union all
    select 'duty_shift' as name, recorded_at from ledger.duty_shift
    union all
    select 'entrance_declaration' as name, recorded_at from ledger.entrance_declaration
    union all
    select 'entrance_event' as name, recorded_at from ledger.entrance_event
    union all
    select 'entry_point' as name, recorded_at from ledger.entry_point
    union all
    select 'feature_event' as name, recorded_at from ledger.feature_event
    union all
    select 'household_event' as name, recorded_at from ledger.household_event
    union all
    select 'inspection' as name, recorded_at from ledger.inspection
    union all
    select 'isolation_event' as name, recorded_at from ledger.isolation_event
    union all
    select 'mark' as name, recorded_at from ledger.mark
    union all
    select 'measure' as name, recorded_at from ledger.measure
    union all
    select 'outreach' as name, recorded_at from ledger.outreach
    union all
    select 'pass_event' as name, recorded_at from ledger.pass_event
    union all
    select 'person_event' as name, recorded_at from ledger.person_event
    union all
    select 'reading' as name, recorded_at from ledger.reading
    union all
    select 'report_submission' as name, recorded_at from ledger.report_submission
    union all
    select 'report_correction' as name, recorded_at from ledger.report_correction
    union all
    select 'risk_order' as name, recorded_at from ledger.risk_order
    union all
    select 'road_edit' as name, recorded_at from ledger.road_edit
    union all
    select 'sign_in' as name, recorded_at from ledger.sign_in
    union all
    select 'supply_event' as name, recorded_at from ledger.supply_event
    union all
    select 'unit_event' as name, recorded_at from ledger.unit_event
    union all
    select 'visit' as name, recorded_at from ledger.visit
    union all
    select 'void' as name, recorded_at from ledger.void
)
select distinct name
from record
where recorded_at > $since and recorded_at <= $known_at
order by name
