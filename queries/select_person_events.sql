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
    from ledger.person_event
    where person_id = $person_id
        and recorded_at <= $known_at
        and event_id not in (select target_id from undone_at($known_at))
),
episode as (
    select distinct episode_id from ledger.isolation_event where person_id = $person_id
),
same as (
    select left_id, right_id
    from (
        select left_id, right_id, same
        from ledger.match_decision
        where recorded_at <= $known_at and event_id not in (select target_id from undone_at($known_at))
        qualify row_number() over (partition by left_id, right_id order by effective_at desc, recorded_at desc, event_id desc) = 1
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
    select 'person_event' as event_table, person_id as subject_id, event_id, effective_at, recorded_at, recorded_by, source, batch_id,
        area_id, to_json({
            'name': name, 'sex': sex, 'birth_date': birth_date, 'id_number': id_number, 'phone': phone, 'address': address,
            'category': category, 'household_id': household_id, 'unit_id': unit_id, 'arrived_from': arrived_from,
            'arrived_on': arrived_on, 'note': note, 'withdrawn': withdrawn
        }) as details
    from ledger.person_event
    where person_id = $person_id
    union all
    select 'household_event', household_id, event_id, effective_at, recorded_at, recorded_by, source, batch_id, area_id, to_json({
            'building_id': building_id, 'door': door, 'address': address, 'contact': contact, 'phone': phone, 'head_count': head_count,
            'status': status, 'note': note, 'withdrawn': withdrawn
        })
    from ledger.household_event as household
    where exists (from stay where stay.household_id = household.household_id and household.effective_at < stay.moved_out)
    union all
    select 'visit', household_id, event_id, effective_at, recorded_at, recorded_by, source, batch_id, area_id, to_json({
            'purpose': purpose, 'outcome': outcome, 'team': team, 'screened': screened, 'key_persons': key_persons, 'retry_at': retry_at,
            'note': note
        })
    from ledger.visit
    where exists (
        from stay
        where stay.household_id = visit.household_id and visit.effective_at >= stay.moved_in and visit.effective_at < stay.moved_out
    )
    union all
    select 'isolation_event', episode_id, event_id, effective_at, recorded_at, recorded_by, source, batch_id, area_id, to_json({
            'state': state, 'place': place, 'place_name': place_name, 'started_at': started_at, 'days': days, 'ordered_by': ordered_by,
            'reason': reason
        })
    from ledger.isolation_event
    where person_id = $person_id
    union all
    select 'reading', episode_id, event_id, effective_at, recorded_at, recorded_by, source, batch_id, area_id, to_json({
            'temperature': temperature, 'symptoms': symptoms, 'went_out': went_out, 'had_visitors': had_visitors, 'needs': needs,
            'channel': channel, 'taken_by': taken_by, 'participants': participants, 'note': note
        })
    from ledger.reading
    where episode_id in (select episode_id from episode)
    union all
    select 'alarm_action', episode_id, event_id, effective_at, recorded_at, recorded_by, source, batch_id, area_id,
        to_json({'action': action, 'note': note, 'done_by': done_by})
    from ledger.alarm_action
    where episode_id in (select episode_id from episode)
    union all
    select 'care_request', request_id, event_id, effective_at, recorded_at, recorded_by, source, batch_id, area_id,
        to_json({'kind': kind, 'detail': detail, 'status': status, 'answered_by': answered_by})
    from ledger.care_request
    where person_id = $person_id
    union all
    select 'case_event', case_id, event_id, effective_at, recorded_at, recorded_by, source, batch_id, area_id,
        to_json({'status': status, 'cluster': cluster, 'note': note})
    from ledger.case_event
    where person_id = $person_id
    union all
    select 'list_entry', entry_id, event_id, effective_at, recorded_at, recorded_by, source, batch_id, area_id, to_json({
            'list_name': list_name, 'name': name, 'id_number': id_number, 'phone': phone, 'address': address, 'category': category,
            'note': note, 'withdrawn': withdrawn
        })
    from ledger.list_entry
    where entry_id in (select entry_id from entry)
    union all
    select 'disclosure', subject_id, event_id, effective_at, recorded_at, recorded_by, source, batch_id, area_id,
        to_json({'purpose': purpose})
    from ledger.disclosure
    where subject_table = 'person_event' and subject_id = $person_id
),
undone as (
    select target_id, min(recorded_at) as voided_at, arg_min(recorded_by, recorded_at) as voided_by, arg_min(reason, recorded_at) as void_reason
    from undone_at($known_at)
    group by target_id
)
select
    event.event_table, event.subject_id, event.event_id, event.effective_at, event.recorded_at, event.recorded_by, event.source,
    import_batch.file_name, area.name as area_name, event.details,
    -- an opening cannot be undone
    undone.target_id is not null and event.event_table <> 'disclosure' as voided, undone.voided_at, undone.voided_by, undone.void_reason
from event
cross join visible
left join undone on undone.target_id = event.event_id
left join ledger.import_batch on import_batch.batch_id = event.batch_id
left join feature_at('areas', $at, $known_at) as area on area.id = event.area_id
where visible.allowed and event.effective_at <= $at and event.recorded_at <= $known_at
order by event.effective_at desc, event.recorded_at desc, event.event_id desc
