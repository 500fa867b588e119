-- every event that names a person, newest first, undone ones marked; details is the event's own columns as JSON
-- parameters: areas, at, known_at, person_id
with recursive visible as (
    select coalesce(bool_or($areas is null or list_contains($areas, area_id)), false) as allowed
    from (
        select arg_max(area_id, (effective_at, recorded_at, event_id)) as area_id
        from ledger.person_event
        where person_id = $person_id
    )
),
stay as (
    -- where the person lived, and until when: what happens at the door before or after names others
    select
        household_id, effective_at as moved_in,
        lead(effective_at, 1, 'infinity'::timestamptz) over (order by effective_at, recorded_at, event_id) as moved_out
    from events_at('ledger.person_event', timestamptz 'infinity', $known_at)
    where person_id = $person_id
),
episode as (
    select distinct episode_id from ledger.isolation_event where person_id = $person_id
),
same as (
    select left_id, right_id
    from (
        select left_id, right_id, same
        from latest_at('ledger.match_decision', (left_id, right_id), timestamptz 'infinity', $known_at)
    )
    where same
),
tie as (
    select left_id as one, right_id as other from same
    union all
    select right_id, left_id from same
),
-- the entries of lists that were found to be this person, one by way of another
entry as (
    select $person_id::varchar as entry_id
    union
    select tie.other from tie inner join entry on tie.one = entry.entry_id
),
event as (
    {told_of_person}
)
select
    event.event_table, event.subject_id, event.event_id, event.effective_at, event.recorded_at, event.recorded_by, event.source,
    import_batch.file_name, area.name as area_name, event.details,
    -- an opening cannot be undone
    undone.target_id is not null and event.event_table <> 'disclosure' as voided, undone.voided_at, undone.voided_by, undone.void_reason
from event
cross join visible
left join undone_how($known_at) as undone on undone.target_id = event.event_id
left join ledger.import_batch on import_batch.batch_id = event.batch_id
left join feature_at('areas', $at, $known_at) as area on area.id = event.area_id
where visible.allowed and event.effective_at <= $at and event.recorded_at <= $known_at
order by event.effective_at desc, event.recorded_at desc, event.event_id desc
