-- table macro: the episodes under observation with a fever or a symptom that nobody has acted on, at a moment, as known at another; fever in °C
-- parameters: at_moment, known, fever_from
create or replace macro alarm_at(at_moment, known, fever_from) as table
with suspect as (
    select episode_id, event_id, effective_at as taken_at, recorded_at, temperature, symptoms, channel
    from events_at('ledger.reading', at_moment, known) as reading
    where (temperature >= fever_from or coalesce(symptoms, '') <> '')
),
period as (
    select
        episode_id, person_id, household_id, area_id, state, effective_at, recorded_at, event_id,
        lead(effective_at) over (partition by episode_id order by effective_at, recorded_at, event_id) as until
    from events_at('ledger.isolation_event', at_moment, known)
    where episode_id in (select episode_id from suspect)
),
-- whoever is taken to hospital is in a doctor's hands, for what was measured before as for what is measured there
seen as (
    select episode_id, max(until) as until from period where state = 'hospital' group by episode_id
),
acted as (
    select action.episode_id, action.reading_id, reading.effective_at as taken_at, action.recorded_at
    from events_at('ledger.alarm_action', at_moment, known) as action
    left join ledger.reading on reading.event_id = action.reading_id and reading.episode_id in (select episode_id from suspect)
),
unacted as (
    select suspect.*
    from suspect
    left join seen on seen.episode_id = suspect.episode_id
    where (seen.until is null or suspect.taken_at >= seen.until)
        and not exists (
            from acted
            where acted.episode_id = suspect.episode_id
                -- what was learned later nobody could act on
                and (
                    acted.reading_id = suspect.event_id
                    or (suspect.taken_at <= acted.taken_at and suspect.recorded_at <= acted.recorded_at)
                )
        )
),
alarming as (
    select
        episode_id,
        arg_max(
            {'temperature': temperature, 'symptoms': symptoms, 'channel': channel, 'taken_at': taken_at, 'event_id': event_id},
            (taken_at, recorded_at, event_id)
        ) as reading,
        min(taken_at) as alarm_since,
        max(temperature) as highest,
        count(*) as unacted,
        list({'event_id': event_id, 'taken_at': taken_at} order by taken_at, recorded_at, event_id) as readings
    from unacted
    group by episode_id
)
select
    alarming.episode_id, period.person_id, period.household_id, period.area_id, reading.temperature as temperature,
    reading.symptoms as symptoms, reading.channel as channel, reading.taken_at as taken_at, reading.event_id as event_id, alarming.alarm_since,
    alarming.highest, alarming.unacted, alarming.readings
from alarming
inner join period on period.episode_id = alarming.episode_id and period.until is null
where period.state = 'observing'
