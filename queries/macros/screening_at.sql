-- table macro: what screening has come to at each household visited after a moment, as it stands at another, as known at a third
-- parameters: at_moment, known, start
create or replace macro screening_at(at_moment, known, start) as table
with screening as (
    select
        household_id, team, outcome, screened, key_persons, retry_at, effective_at, recorded_at, event_id,
        outcome in ('registered', 'phone_only', 'landlord_reached', 'vacant') as reached
    from events_at('ledger.visit', at_moment, known)
    where purpose = 'screening'
        and (start is null or effective_at >= start)
)
select
    household_id,
    count(*) as visits,
    bool_or(reached) as reached,
    -- how, the surest of all visits: met at the door (seen), else called (phone), else told of by the landlord, else nobody lives there
    case
        when bool_or(outcome = 'registered') then 'seen'
        when bool_or(outcome = 'phone_only') then 'phone'
        when bool_or(outcome = 'landlord_reached') then 'landlord'
        when bool_or(outcome = 'vacant') then 'vacant'
    end as reached_how,
    -- the people of a household are counted once, however often it is visited
    max(screened) as screened,
    max(key_persons) as key_persons,
    min(effective_at) filter (where reached) as reached_at,
    arg_min(team, (effective_at, recorded_at, event_id)) filter (where reached) as reached_by,
    max(effective_at) as visited_at,
    arg_max(outcome, (effective_at, recorded_at, event_id)) as outcome,
    arg_max(team, (effective_at, recorded_at, event_id)) as team
from screening
group by household_id
