-- table macro: each reading that is expected: an episode and a slot of the day, and how many readings it has; closed slots, and those still open
-- parameters: at_moment, known, slot_opens, slot_closes
create or replace macro slot_at(at_moment, known, slot_opens, slot_closes) as table
with slot as (
    select opens, closes, least(closes, at_moment) as asked
    from (select unnest(slot_opens::timestamptz[]) as opens, unnest(slot_closes::timestamptz[]) as closes)
    where opens <= at_moment
),
known_event as not materialized (
    select episode_id, person_id, household_id, area_id, state, started_at, days, effective_at, recorded_at, event_id
    from events_at('ledger.isolation_event', at_moment, known)
),
-- most episodes had ended before the slots began: to leave them out first is many times faster than to order all events
ended as (
    select episode_id
    from known_event
    group by episode_id
    having max(effective_at) filter (where state not in ('observing', 'hospital')) < (select min(opens) from slot)
        and max(effective_at) filter (where state not in ('observing', 'hospital'))
        > coalesce(max(effective_at) filter (where state in ('observing', 'hospital')), '-infinity'::timestamptz)
),
period as materialized (
    select
        episode_id, person_id, household_id, area_id, state, started_at, days, effective_at as since,
        lead(effective_at) over (partition by episode_id order by effective_at, recorded_at, event_id) as until
    from known_event
    where episode_id not in (select episode_id from ended)
),
-- who began less than two hours before a slot closes owes it nothing
expected as (
    select period.episode_id, slot.opens, slot.closes
    from period
    inner join slot
        on period.since <= slot.asked
        and (period.until is null or period.until > slot.asked)
        and period.started_at <= slot.closes - interval '2 hours'
    where period.state = 'observing'
),
taken as (
    select reading.episode_id, slot.closes, count(*) as readings
    from events_at('ledger.reading', at_moment, known) as reading
    inner join slot on reading.effective_at >= slot.opens and reading.effective_at < slot.closes
    -- only the days asked about are read, however long the ledger is
    where reading.effective_at >= (select min(opens) from slot)
    group by reading.episode_id, slot.closes
)
select
    expected.episode_id, latest.person_id, latest.household_id, latest.area_id, expected.opens, expected.closes,
    expected.closes <= at_moment as closed, coalesce(taken.readings, 0) as readings, latest.started_at, latest.days,
    latest.started_at + to_hours(latest.days * 24) as release_due
from expected
inner join period as latest on latest.episode_id = expected.episode_id and latest.until is null
left join taken on taken.episode_id = expected.episode_id and taken.closes = expected.closes
