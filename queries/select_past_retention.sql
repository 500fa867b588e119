-- the events that hold personal data past its retention, undone ones too: those of a subject all together, after the last of them
-- parameters: at, known_at, gate_log, pass_event, visit, household_event, person_event, unit_event, isolation_event, reading, alarm_action, care_request, case_event, list_entry, tip, disclosure, area_event, entrance_event, checkpoint_event, risk_order, duty_shift, sign_in, mark, road_edit, entry_point, entrance_declaration, match_decision, report_correction, disinfection, business_check, inspection, supply_event, outreach, briefing_event, briefing_edit, void
with episode as (
    select episode_id, person_id, household_id, state from episode_at($at, $known_at)
),
-- whoever is isolated is not forgotten, nor those they live with
open_person as (
    select person_id from episode where state in ('observing', 'hospital') and person_id is not null
),
open_household as (
    select household_id from episode where state in ('observing', 'hospital') and household_id is not null
    union
    select household_id from person_at($at, $known_at)
    where household_id is not null and person_id in (select person_id from open_person)
),
mention as (
    select 'person_event' as table_name, person_id as subject_id, happened_at(effective_at, recorded_at) as moment from ledger.person_event
    union all
    select 'person_event', person_id, happened_at(effective_at, recorded_at) from ledger.isolation_event
    union all
    select 'person_event', person_id, happened_at(effective_at, recorded_at) from ledger.case_event
    union all
    select 'household_event', household_id, happened_at(effective_at, recorded_at) from ledger.household_event
    union all
    select 'household_event', household_id, happened_at(effective_at, recorded_at) from ledger.visit
    union all
    select 'household_event', household_id, happened_at(effective_at, recorded_at) from ledger.person_event
    union all
    select 'unit_event', unit_id, happened_at(effective_at, recorded_at) from ledger.unit_event
    union all
    select 'unit_event', unit_id, happened_at(effective_at, recorded_at) from ledger.business_check
    union all
    select 'isolation_event', episode_id, happened_at(effective_at, recorded_at) from ledger.isolation_event
    union all
    select 'care_request', request_id, happened_at(effective_at, recorded_at) from ledger.care_request
    union all
    select 'case_event', case_id, happened_at(effective_at, recorded_at) from ledger.case_event
    union all
    select 'list_entry', entry_id, happened_at(effective_at, recorded_at) from ledger.list_entry
    union all
    select 'tip', tip_id, happened_at(effective_at, recorded_at) from ledger.tip
    union all
    select 'pass_event', concat_ws(' ', area_id, coalesce(pass_no, event_id)), happened_at(effective_at, recorded_at) from ledger.pass_event
),
last_mention as (
    select table_name, subject_id, max(moment) as moment from mention where subject_id is not null group by table_name, subject_id
),
-- a pass that is in somebody's hands has its holder as long as it is
held_pass as (
    select concat_ws(' ', area_id, pass_no) as subject_id
    from ledger.pass_event
    where pass_no is not null and event_id not in (select target_id from undone_at($known_at))
    qualify row_number() over (partition by area_id, pass_no order by effective_at desc, recorded_at desc, event_id desc) = 1
        and action = 'issue'
),
-- orders and marks: the last one of a place that stands is in force, with whoever answers for it, however old
standing as (
    select 'area_event' as table_name, area_id as subject_id, event_id, effective_at, recorded_at from ledger.area_event
    union all
    select 'entrance_event', entrance_id, event_id, effective_at, recorded_at from ledger.entrance_event
    union all
    select 'checkpoint_event', checkpoint_id, event_id, effective_at, recorded_at from ledger.checkpoint_event
    union all
    select 'risk_order', area_id, event_id, effective_at, recorded_at from ledger.risk_order
    union all
    select 'mark', concat_ws(' ', layer, coalesce(feature_id, concat_ws(' ', lon, lat))), event_id, effective_at, recorded_at
    from ledger.mark
    union all
    select 'road_edit', edit_id, event_id, effective_at, recorded_at from ledger.road_edit
    union all
    select 'entry_point', entry_id, event_id, effective_at, recorded_at from ledger.entry_point
    union all
    select 'entrance_declaration', concat_ws(' ', subject_layer, subject_id), event_id, effective_at, recorded_at
    from ledger.entrance_declaration
),
in_force as (
    select event_id
    from standing
    where effective_at <= $at and recorded_at <= $known_at and event_id not in (select target_id from undone_at($known_at))
    qualify row_number() over (partition by table_name, subject_id order by effective_at desc, recorded_at desc, event_id desc) = 1
),
-- what staff did and wrote; a shift counts from its end, a finding from the last that was said of it
work as (
    select 'area_event' as table_name, event_id, effective_at, recorded_at, coalesce(responsible, phone, reason) as said
    from ledger.area_event
    union all
    select 'entrance_event', event_id, effective_at, recorded_at, coalesce(key_holder, reason) from ledger.entrance_event
    union all
    select 'checkpoint_event', event_id, effective_at, recorded_at, reason from ledger.checkpoint_event
    union all
    select 'risk_order', event_id, effective_at, recorded_at, reason from ledger.risk_order
    union all
    select 'duty_shift', event_id, ends_at, recorded_at, coalesce(person, phone) from ledger.duty_shift
    union all
    select 'sign_in', event_id, effective_at, recorded_at, coalesce(person, note) from ledger.sign_in
    union all
    select 'mark', event_id, effective_at, recorded_at, note from ledger.mark
    union all
    select 'road_edit', event_id, effective_at, recorded_at, note from ledger.road_edit
    union all
    select 'entry_point', event_id, effective_at, recorded_at, note from ledger.entry_point
    union all
    select 'entrance_declaration', event_id, effective_at, recorded_at, note from ledger.entrance_declaration
    union all
    select 'match_decision', event_id, effective_at, recorded_at, reason from ledger.match_decision
    union all
    select 'report_correction', event_id, effective_at, recorded_at, reason from ledger.report_correction
    union all
    select 'disinfection', event_id, effective_at, recorded_at, coalesce(done_by, note) from ledger.disinfection
    union all
    select 'business_check', event_id, effective_at, recorded_at, coalesce(finding, inspector) from ledger.business_check
    union all
    select 'inspection', event_id, max(effective_at) over (partition by finding_id), recorded_at, coalesce(finding, inspector)
    from ledger.inspection
    union all
    select 'supply_event', event_id, effective_at, recorded_at, note from ledger.supply_event
    union all
    select 'outreach', event_id, effective_at, recorded_at, note from ledger.outreach
    union all
    select 'briefing_event', event_id, effective_at, recorded_at, document from ledger.briefing_event
    union all
    select 'briefing_edit', event_id, effective_at, recorded_at, body from ledger.briefing_edit
    union all
    select 'void', event_id, effective_at, recorded_at, reason from ledger.void
),
work_limit (table_name, older_than) as (
    values
        ('area_event', $area_event::timestamptz),
        ('entrance_event', $entrance_event::timestamptz),
        ('checkpoint_event', $checkpoint_event::timestamptz),
        ('risk_order', $risk_order::timestamptz),
        ('duty_shift', $duty_shift::timestamptz),
        ('sign_in', $sign_in::timestamptz),
        ('mark', $mark::timestamptz),
        ('road_edit', $road_edit::timestamptz),
        ('entry_point', $entry_point::timestamptz),
        ('entrance_declaration', $entrance_declaration::timestamptz),
        ('match_decision', $match_decision::timestamptz),
        ('report_correction', $report_correction::timestamptz),
        ('disinfection', $disinfection::timestamptz),
        ('business_check', $business_check::timestamptz),
        ('inspection', $inspection::timestamptz),
        ('supply_event', $supply_event::timestamptz),
        ('outreach', $outreach::timestamptz),
        ('briefing_event', $briefing_event::timestamptz),
        ('briefing_edit', $briefing_edit::timestamptz),
        ('void', $void::timestamptz)
),
past as (
    select 'person_event' as table_name, person.event_id
    from ledger.person_event as person
    inner join last_mention as said on said.table_name = 'person_event' and said.subject_id = person.person_id
    where said.moment < $person_event
        and person.person_id not in (select person_id from open_person)
        and coalesce(
            person.name, person.birth_date::varchar, person.id_number, person.phone, person.address, person.arrived_from, person.note
        ) is not null
    union all
    select 'household_event', household.event_id
    from ledger.household_event as household
    inner join last_mention as said on said.table_name = 'household_event' and said.subject_id = household.household_id
    where said.moment < $household_event
        and household.household_id not in (select household_id from open_household)
        and coalesce(household.contact, household.phone, household.address, household.door, household.note) is not null
    union all
    select 'unit_event', unit.event_id
    from ledger.unit_event as unit
    inner join last_mention as said on said.table_name = 'unit_event' and said.subject_id = unit.unit_id
    where said.moment < $unit_event and coalesce(unit.address, unit.responsible, unit.phone, unit.signed_by, unit.note) is not null
    union all
    select 'visit', event_id
    from ledger.visit
    where happened_at(effective_at, recorded_at) < $visit
        and coalesce(household_id, '') not in (select household_id from open_household)
        and note is not null
    union all
    select 'isolation_event', isolation.event_id
    from ledger.isolation_event as isolation
    inner join last_mention as said on said.table_name = 'isolation_event' and said.subject_id = isolation.episode_id
    where said.moment < $isolation_event
        and coalesce(isolation.person_id, '') not in (select person_id from open_person)
        and coalesce(isolation.place_name, isolation.ordered_by, isolation.reason) is not null
    union all
    select 'reading', reading.event_id
    from ledger.reading as reading
    left join last_mention as said on said.table_name = 'isolation_event' and said.subject_id = reading.episode_id
    left join episode on episode.episode_id = reading.episode_id
    where greatest(happened_at(reading.effective_at, reading.recorded_at), said.moment) < $reading
        and coalesce(episode.person_id, '') not in (select person_id from open_person)
        and (
            coalesce(reading.temperature::varchar, reading.symptoms, reading.needs, reading.taken_by, reading.note) is not null
            or regexp_matches(reading.participants, '[^;–]')
        )
    union all
    select 'alarm_action', acted.event_id
    from ledger.alarm_action as acted
    left join last_mention as said on said.table_name = 'isolation_event' and said.subject_id = acted.episode_id
    left join episode on episode.episode_id = acted.episode_id
    where greatest(happened_at(acted.effective_at, acted.recorded_at), said.moment) < $alarm_action
        and coalesce(episode.person_id, '') not in (select person_id from open_person)
        and coalesce(acted.note, acted.done_by) is not null
    union all
    select 'care_request', request.event_id
    from ledger.care_request as request
    inner join last_mention as said on said.table_name = 'care_request' and said.subject_id = request.request_id
    where said.moment < $care_request
        and coalesce(request.person_id, '') not in (select person_id from open_person)
        and coalesce(request.household_id, '') not in (select household_id from open_household)
        and coalesce(request.detail, request.answered_by) is not null
    union all
    select 'case_event', confirmed.event_id
    from ledger.case_event as confirmed
    inner join last_mention as said on said.table_name = 'case_event' and said.subject_id = confirmed.case_id
    where said.moment < $case_event
        and coalesce(confirmed.person_id, '') not in (select person_id from open_person)
        and confirmed.note is not null
    union all
    select 'list_entry', entry.event_id
    from ledger.list_entry as entry
    inner join last_mention as said on said.table_name = 'list_entry' and said.subject_id = entry.entry_id
    where said.moment < $list_entry
        and coalesce(entry.name, entry.birth_date::varchar, entry.id_number, entry.phone, entry.address, entry.note) is not null
    union all
    select 'tip', tip.event_id
    from ledger.tip as tip
    inner join last_mention as said on said.table_name = 'tip' and said.subject_id = tip.tip_id
    where said.moment < $tip and coalesce(tip.content, tip.reporter, tip.phone, tip.outcome, tip.handled_by) is not null
    union all
    select 'pass_event', pass.event_id
    from ledger.pass_event as pass
    inner join last_mention as said
        on said.table_name = 'pass_event' and said.subject_id = concat_ws(' ', pass.area_id, coalesce(pass.pass_no, pass.event_id))
    where said.moment < $pass_event and said.subject_id not in (select subject_id from held_pass) and pass.holder is not null
    union all
    select 'gate_log', event_id from ledger.gate_log where happened_at(effective_at, recorded_at) < $gate_log
    union all
    select 'disclosure', event_id from ledger.disclosure where happened_at(effective_at, recorded_at) < $disclosure
    union all
    select table_name, work.event_id
    from work
    inner join work_limit using (table_name)
    where happened_at(work.effective_at, work.recorded_at) < work_limit.older_than
        and work.said is not null
        and work.event_id not in (select event_id from in_force)
)
select table_name, event_id from past order by table_name, event_id
