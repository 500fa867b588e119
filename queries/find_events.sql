-- those of some events that lie in view: in the area that they name, or that of their feature; a void lies where what it undoes in the end does
-- parameters: areas, known_at, event_ids
with wanted as (
    select asked.event_id, coalesce(void.root_id, asked.event_id) as target_id
    from (select unnest($event_ids::varchar[]) as event_id) as asked
    left join void_root() as void on void.event_id = asked.event_id
),
feature as (
    select layer, feature_id, case when layer = 'areas' then feature_id else attributes ->> 'area_id' end as area_id
    from ledger.feature_event
    where recorded_at <= $known_at
    qualify row_number() over (partition by layer, feature_id order by effective_at desc, recorded_at desc, event_id desc) = 1
),
subject as (
    select event_id, layer, feature_id from ledger.feature_event
    union all
    select event_id, 'entrances', entrance_id from ledger.entrance_event
    union all
    select event_id, 'entrances', entrance_id from ledger.gate_log
    union all
    select event_id, 'checkpoints', checkpoint_id from ledger.checkpoint_event
    union all
    select event_id, subject_layer, subject_id from ledger.duty_shift
    union all
    select sign_in.event_id, shift.subject_layer, shift.subject_id
    from ledger.sign_in
    inner join ledger.duty_shift as shift on shift.event_id = sign_in.shift_id
),
event as (
    select subject.event_id, feature.area_id
    from subject
    inner join feature on feature.layer = subject.layer and feature.feature_id = subject.feature_id
    union all
    select event_id, area_id from ledger.area_event
    union all
    select event_id, area_id from ledger.pass_event
    union all
    select event_id, area_id from ledger.mark
    union all
    select event_id, area_id from ledger.road_edit
    union all
    select event_id, area_id from ledger.entry_point
    union all
    select event_id, area_id from ledger.entrance_declaration
    union all
    select event_id, area_id from ledger.household_event
    union all
    select event_id, area_id from ledger.person_event
    union all
    select event_id, area_id from ledger.unit_event
    union all
    select event_id, area_id from ledger.visit
    union all
    select event_id, area_id from ledger.isolation_event
    union all
    select event_id, area_id from ledger.reading
    union all
    select event_id, area_id from ledger.alarm_action
    union all
    select event_id, area_id from ledger.care_request
    union all
    select event_id, area_id from ledger.case_event
    union all
    select event_id, area_id from ledger.risk_order
    union all
    select event_id, area_id from ledger.report_submission
    union all
    select event_id, area_id from ledger.report_correction
    union all
    select event_id, area_id from ledger.list_entry
    union all
    select event_id, area_id from ledger.match_decision
    union all
    select event_id, area_id from ledger.disinfection
    union all
    select event_id, area_id from ledger.business_check
    union all
    select event_id, area_id from ledger.tip
    union all
    select event_id, area_id from ledger.supply_event
    union all
    select event_id, area_id from ledger.outreach
    union all
    select event_id, area_id from ledger.briefing_event
    union all
    select event_id, area_id from ledger.briefing_edit
    union all
    select event_id, area_id from ledger.measure
    union all
    select event_id, area_id from ledger.inspection
    union all
    select event_id, area_id from ledger.disclosure
    union all
    select event_id, area_id from ledger.briefing_event
    union all
    select event_id, area_id from ledger.briefing_edit
)
select wanted.event_id
from wanted
inner join event on event.event_id = wanted.target_id
where $areas is null or list_contains($areas, event.area_id)
order by wanted.event_id
