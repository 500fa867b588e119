-- the isolation episodes ever started in each area, and in all of them together (whole), by state; new are those first started after a moment
-- parameters: areas, at, known_at, start
with maybe_new as (
    select distinct episode_id
    from ledger.isolation_event
    where effective_at <= $at
        and recorded_at <= $known_at
        and coalesce(started_at, effective_at) > $start
        and coalesce(started_at, effective_at) <= $at
),
-- few start in a day: only of those is the first start looked for among all that was recorded
first_record as (
    select episode_id, coalesce(started_at, effective_at) as first_started
    from events_at('ledger.isolation_event', $at, $known_at)
    where episode_id in (select episode_id from maybe_new)
    qualify row_number() over (partition by episode_id order by effective_at, recorded_at desc, event_id desc) = 1
),
new as (
    select episode_id from first_record where first_started > $start and first_started <= $at
)
select
    episode.area_id,
    grouping(episode.area_id) = 1 as whole,
    count(*) as cumulative,
    count(new.episode_id) as new,
    count(*) filter (where episode.state = 'hospital') as hospital,
    count(*) filter (where episode.state = 'observing') as observing,
    count(*) filter (where episode.state = 'released') as released,
    count(*) filter (where episode.state = 'transferred') as transferred,
    count(*) filter (where episode.state = 'refuted') as refuted
from episode_at($at, $known_at) as episode
left join new on new.episode_id = episode.episode_id
where $areas is null or list_contains($areas, episode.area_id)
group by grouping sets ((episode.area_id), ())
order by whole, episode.area_id
