-- the isolation episodes as they stand: state, day, release, the last reading, and the alarm that nobody has acted on; all, or of one subject
-- parameters: areas, at, known_at, episode, person, household, fever
with chosen as (
    select *
    from episode_at($at, $known_at)
    where ($areas is null or list_contains($areas, area_id))
        and ($episode is null or episode_id = $episode)
        and ($person is null or person_id = $person)
        and ($household is null or household_id = $household)
),
last_reading as (
    select episode_id, temperature, symptoms, channel, effective_at as taken_at
    from events_at('ledger.reading', $at, $known_at)
    where episode_id in (select episode_id from chosen)
    qualify is_latest(episode_id, effective_at, recorded_at, event_id)
)
select
    chosen.episode_id, chosen.person_id, person.name, chosen.household_id, chosen.area_id, coalesce(area.name, chosen.area_id) as area_name,
    chosen.state, chosen.place, chosen.place_name, chosen.started_at, chosen.days,
    chosen.started_at + to_hours(chosen.days * 24) as release_due,
    -- those of an episode that has ended are counted up to its end
    greatest(least(
        date_sub('hour', chosen.started_at, case when chosen.state in ('observing', 'hospital') then $at else chosen.since end) // 24 + 1,
        chosen.days
    ), 1) as day,
    last_reading.temperature, last_reading.symptoms, last_reading.channel, last_reading.taken_at,
    alarm.episode_id is not null as alarm, alarm.temperature as alarm_temperature, alarm.symptoms as alarm_symptoms,
    alarm.taken_at as alarm_at, alarm.alarm_since, alarm.unacted,
    chosen.ordered_by, chosen.reason, chosen.since, chosen.recorded_at, chosen.recorded_by, chosen.event_id
from chosen
left join person_at($at, $known_at) as person using (person_id)
left join feature_at('areas', $at, $known_at) as area on area.id = chosen.area_id
left join last_reading using (episode_id)
left join alarm_at($at, $known_at, $fever) as alarm using (episode_id)
order by chosen.started_at desc, chosen.episode_id
