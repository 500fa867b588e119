-- which of some ids events bear already, undone ones too, and in which table: an id names one event of all
-- parameters: areas, ids
with event as (
    select 'feature_event' as event_table, event_id, null as area_id from ledger.feature_event
    union all
    select 'entrance_event', event_id, null from ledger.entrance_event
    union all
    select 'checkpoint_event', event_id, null from ledger.checkpoint_event
    union all
    select 'area_event', event_id, area_id from ledger.area_event
    union all
    select 'duty_shift', event_id, null from ledger.duty_shift
    union all
    select 'sign_in', event_id, null from ledger.sign_in
    union all
    select 'pass_event', event_id, area_id from ledger.pass_event
    union all
    select 'gate_log', event_id, null from ledger.gate_log
    union all
    select 'mark', event_id, area_id from ledger.mark
    union all
    select 'road_edit', event_id, area_id from ledger.road_edit
    union all
    select 'entry_point', event_id, area_id from ledger.entry_point
    union all
    select 'entrance_declaration', event_id, area_id from ledger.entrance_declaration
    union all
    select 'household_event', event_id, area_id from ledger.household_event
    union all
    select 'person_event', event_id, area_id from ledger.person_event
    union all
    select 'unit_event', event_id, area_id from ledger.unit_event
    union all
    select 'visit', event_id, area_id from ledger.visit
    union all
    select 'isolation_event', event_id, area_id from ledger.isolation_event
    union all
    select 'reading', event_id, area_id from ledger.reading
    union all
    select 'alarm_action', event_id, area_id from ledger.alarm_action
    union all
    select 'care_request', event_id, area_id from ledger.care_request
    union all
    select 'case_event', event_id, area_id from ledger.case_event
    union all
    select 'risk_order', event_id, area_id from ledger.risk_order
    union all
    select 'report_submission', event_id, area_id from ledger.report_submission
    union all
    select 'report_correction', event_id, area_id from ledger.report_correction
    union all
    select 'list_entry', event_id, area_id from ledger.list_entry
    union all
    select 'match_decision', event_id, area_id from ledger.match_decision
    union all
    select 'disinfection', event_id, area_id from ledger.disinfection
    union all
    select 'business_check', event_id, area_id from ledger.business_check
    union all
    select 'tip', event_id, area_id from ledger.tip
    union all
    select 'supply_event', event_id, area_id from ledger.supply_event
    union all
    select 'outreach', event_id, area_id from ledger.outreach
    union all
    select 'measure', event_id, area_id from ledger.measure
    union all
    select 'inspection', event_id, area_id from ledger.inspection
    union all
    select 'disclosure', event_id, area_id from ledger.disclosure
    union all
    select 'briefing_event', event_id, area_id from ledger.briefing_event
    union all
    select 'briefing_edit', event_id, area_id from ledger.briefing_edit
    union all
    select 'purge_record', event_id, null from ledger.purge_record
    union all
    select 'void', event_id, null from ledger.void
)
select event_table, event_id
from event
where list_contains($ids, event_id) and ($areas is null or list_contains($areas, area_id))
order by event_table, event_id
