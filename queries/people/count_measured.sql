-- the people under observation in each area: how many, of how many a reading was taken after a moment, of how many one was a fever or a symptom
-- parameters: areas, at, known_at, start, fever
with episode as (
    select episode_id, area_id
    from episode_at($at, $known_at)
    where state = 'observing' and ($areas is null or list_contains($areas, area_id))
),
measured as (
    select episode_id, bool_or(coalesce(temperature >= $fever, false) or coalesce(symptoms, '') <> '') as abnormal
    from events_at('ledger.reading', $at, $known_at)
    where effective_at > $start
        and episode_id in (select episode_id from episode)
    group by episode_id
)
select
    episode.area_id,
    count(*) as observing,
    count(measured.episode_id) as measured,
    count(*) filter (where measured.abnormal) as abnormal
from episode
left join measured on measured.episode_id = episode.episode_id
group by episode.area_id
order by episode.area_id
