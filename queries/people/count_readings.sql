-- the readings of each area after a start and up to a moment: taken, by how many jointly, expected, missed, and due now
-- parameters: areas, at, known_at, start, opens, closes
with slot as (
    select
        area_id,
        count(*) filter (where closed) as expected,
        count(*) filter (where closed and readings = 0) as missed,
        count(*) filter (where not closed and readings = 0) as due
    from slot_at($at, $known_at, $opens, $closes)
    group by area_id
),
reading as (
    select
        episode_id,
        count(*) as taken,
        count(*) filter (where len(string_split(participants, ';')) >= 3) as joint
    from events_at('ledger.reading', $at, $known_at)
    where effective_at > $start
    group by episode_id
),
-- the same as episode_at, of those alone that were read
episode as (
    select episode_id, area_id
    from events_at('ledger.isolation_event', $at, $known_at)
    where episode_id in (select episode_id from reading)
    qualify is_latest(episode_id, effective_at, recorded_at, event_id)
),
taken as (
    select area_id, sum(taken) as taken, sum(joint) as joint
    from reading
    inner join episode using (episode_id)
    group by area_id
)
select
    coalesce(slot.area_id, taken.area_id) as area_id,
    coalesce(taken, 0)::bigint as taken,
    coalesce(joint, 0)::bigint as joint,
    coalesce(expected, 0)::bigint as expected,
    coalesce(missed, 0)::bigint as missed,
    coalesce(due, 0)::bigint as due
from slot
full join taken on taken.area_id is not distinct from slot.area_id
where $areas is null or list_contains($areas, coalesce(slot.area_id, taken.area_id))
order by 1
