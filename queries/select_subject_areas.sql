-- the area of each subject of one table of the ledgers of people, as its latest row says; withdrawn ones too
-- parameters: areas, at, known_at, subject_table, subject_ids
with subject as (
    select 'person_event' as subject_table, person_id as subject_id, area_id, effective_at, recorded_at, event_id from ledger.person_event
    union all
    select 'household_event', household_id, area_id, effective_at, recorded_at, event_id from ledger.household_event
    union all
    select 'unit_event', unit_id, area_id, effective_at, recorded_at, event_id from ledger.unit_event
    union all
    select 'isolation_event', episode_id, area_id, effective_at, recorded_at, event_id from ledger.isolation_event
    union all
    select 'care_request', request_id, area_id, effective_at, recorded_at, event_id from ledger.care_request
    union all
    select 'list_entry', entry_id, area_id, effective_at, recorded_at, event_id from ledger.list_entry
    union all
    select 'tip', tip_id, area_id, effective_at, recorded_at, event_id from ledger.tip
),
latest as (
    select subject_id, area_id
    from subject
    where subject_table = $subject_table
        and list_contains($subject_ids, subject_id)
        and effective_at <= $at
        and recorded_at <= $known_at
        and event_id not in (select target_id from undone_at($known_at))
    qualify row_number() over (partition by subject_id order by effective_at desc, recorded_at desc, event_id desc) = 1
)
select subject_id, area_id
from latest
where $areas is null or list_contains($areas, area_id)
order by subject_id
