-- the open episodes under observation whose latest reading, after a start, is a fever or names a symptom
-- parameters: areas, at, known_at, start, fever
with latest as (
    select
        episode_id,
        arg_max(
            {'temperature': temperature, 'symptoms': symptoms, 'channel': channel, 'taken_at': effective_at, 'event_id': event_id},
            (effective_at, recorded_at, event_id)
        ) as reading
    from ledger.reading
    where effective_at > $start
        and effective_at <= $at
        and recorded_at <= $known_at
        and event_id not in (select target_id from undone_at($known_at))
    group by episode_id
),
alarming as (
    select episode_id, unnest(reading)
    from latest
    where reading.temperature >= $fever or coalesce(reading.symptoms, '') <> ''
),
-- the same as episode_at and person_at, of these few alone
episode as (
    select episode_id, person_id, household_id, area_id, state
    from ledger.isolation_event
    where episode_id in (select episode_id from alarming)
        and effective_at <= $at
        and recorded_at <= $known_at
        and event_id not in (select target_id from undone_at($known_at))
    qualify row_number() over (partition by episode_id order by effective_at desc, recorded_at desc, event_id desc) = 1
),
person as (
    select person_id, name, withdrawn
    from ledger.person_event
    where person_id in (select person_id from episode)
        and effective_at <= $at
        and recorded_at <= $known_at
        and event_id not in (select target_id from undone_at($known_at))
    qualify row_number() over (partition by person_id order by effective_at desc, recorded_at desc, event_id desc) = 1
)
select
    alarming.episode_id, episode.person_id, episode.household_id, episode.area_id, person.name, alarming.temperature, alarming.symptoms,
    alarming.channel, alarming.taken_at, alarming.event_id
from alarming
inner join episode using (episode_id)
left join person on person.person_id = episode.person_id and not coalesce(person.withdrawn, false)
where episode.state = 'observing'
    and ($areas is null or list_contains($areas, episode.area_id))
order by alarming.taken_at desc, alarming.episode_id
