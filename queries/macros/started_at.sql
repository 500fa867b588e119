-- table macro: the isolation episodes that have ever started, with their first start and the state they are in, at a moment as known at another
-- parameters: at_moment, known
create or replace macro started_at(at_moment, known) as table
with known_event as (
    select episode_id, person_id, household_id, area_id, state, place, coalesce(started_at, effective_at) as started_at, days,
        event_id, recorded_at, effective_at
    from events_at('ledger.isolation_event', at_moment, known)
),
episode as (
    select
        episode_id,
        arg_max(known_event, (effective_at, recorded_at, event_id)) as latest,
        -- dates that are moved later on make no new episode; of several records of one moment the last counts
        arg_max(known_event.started_at, (-epoch_us(effective_at), recorded_at, event_id)) as first_started,
        min(recorded_at) as learned_at
    from known_event
    group by episode_id
)
select
    episode_id, latest.person_id as person_id, latest.household_id as household_id, latest.area_id as area_id, latest.state as state,
    latest.place as place, first_started, latest.started_at as started_at, latest.days as days, latest.effective_at as since,
    latest.event_id as event_id, learned_at
from episode
