-- the work of screening by team and quarter of an hour: visits made, households first reached, people screened and key persons found there
-- parameters: areas, at, known_at, start
with household as (
    select household_id from household_at($at, $known_at) where $areas is null or list_contains($areas, area_id)
),
made as (
    select team, effective_at as moment, 1 as visits, 0 as reached, 0 as screened, 0 as key_persons
    from events_at('ledger.visit', $at, $known_at)
    where purpose = 'screening'
        and ($start is null or effective_at >= $start)
        and household_id in (select household_id from household)
),
-- who reached a household first has screened its people: so the teams add up to the whole
first_reached as (
    select reached_by as team, reached_at as moment, 0 as visits, 1 as reached, screened, key_persons
    from screening_at($at, $known_at, $start)
    where reached and household_id in (select household_id from household)
),
work as (
    select * from made
    union all
    select * from first_reached
)
select
    team,
    time_bucket(interval 15 minute, moment) as quarter,
    sum(visits)::bigint as visits,
    sum(reached)::bigint as reached,
    coalesce(sum(screened), 0)::bigint as screened,
    coalesce(sum(key_persons), 0)::bigint as key_persons
from work
group by team, quarter
order by quarter, team
