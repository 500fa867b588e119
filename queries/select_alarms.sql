-- the open episodes under observation whose latest reading, after a start, is a fever or names a symptom
-- parameters: areas, at, known_at, start, fever
with latest as (
    select episode_id, temperature, symptoms, channel, effective_at as taken_at, event_id
    from ledger.reading
    where effective_at > $start
        and effective_at <= $at
        and recorded_at <= $known_at
        and event_id not in (select target_id from undone_at($known_at))
    qualify row_number() over (partition by episode_id order by effective_at desc, recorded_at desc, event_id desc) = 1
),
alarming as (
    select * from latest where temperature >= $fever or coalesce(symptoms, '') <> ''
)
select
    alarming.episode_id, episode.person_id, episode.household_id, episode.area_id, person.name, alarming.temperature, alarming.symptoms,
    alarming.channel, alarming.taken_at, alarming.event_id
from alarming
inner join episode_at($at, $known_at) as episode using (episode_id)
left join person_at($at, $known_at) as person using (person_id)
where episode.state = 'observing'
    and ($areas is null or list_contains($areas, episode.area_id))
order by alarming.taken_at desc, alarming.episode_id
