-- the open episodes under observation with a fever or a symptom that nobody has acted on: the last such reading, and what was read after it
-- parameters: areas, at, known_at, fever
with alarm as materialized (
    select * from alarm_at($at, $known_at, $fever) where $areas is null or list_contains($areas, area_id)
),
-- the same as person_at, of these few alone
person as (
    select person_id, name, withdrawn
    from events_at('ledger.person_event', $at, $known_at)
    where person_id in (select person_id from alarm)
    qualify is_latest(person_id, effective_at, recorded_at, event_id)
),
last_reading as (
    select episode_id, temperature, symptoms, effective_at as taken_at, event_id
    from events_at('ledger.reading', $at, $known_at)
    where episode_id in (select episode_id from alarm)
    qualify is_latest(episode_id, effective_at, recorded_at, event_id)
)
select
    alarm.episode_id, alarm.person_id, alarm.household_id, alarm.area_id, person.name, alarm.temperature, alarm.symptoms, alarm.channel,
    alarm.taken_at, alarm.event_id, alarm.alarm_since, alarm.highest, alarm.unacted, alarm.readings, last_reading.temperature as later_temperature,
    last_reading.symptoms as later_symptoms, last_reading.taken_at as later_at
from alarm
left join person on person.person_id = alarm.person_id and not coalesce(person.withdrawn, false)
left join last_reading on last_reading.episode_id = alarm.episode_id and last_reading.event_id <> alarm.event_id
order by alarm.taken_at desc, alarm.episode_id
