-- what a daily report counts beside the episodes, by area: people screened after a moment, posts in force, gates by timetable, stocks on hand
-- parameters: areas, at, known_at, start
with screened_home as (
    -- as in screening_at: the people of a household are counted once, however often it is visited
    select max(screened) as screened, arg_max(area_id, (effective_at, recorded_at, event_id)) as area_id
    from events_at('ledger.visit', $at, $known_at)
    where purpose = 'screening'
        and effective_at > $start
    group by coalesce(household_id, event_id)
),
screened as (
    select area_id, 'screened' as field, null::varchar as timetable, sum(screened) as counted
    from screened_home
    group by area_id
),
posts as (
    select feature.area_id, 'posts' as field, null::varchar as timetable, count(*) as counted
    from feature_at('checkpoints', $at, $known_at) as feature
    inner join checkpoint_at($at, $known_at) as checkpoint on checkpoint.checkpoint_id = feature.id and checkpoint.active
    group by feature.area_id
),
gates as (
    select feature.area_id, 'gates' as field, entrance.timetable, count(*) as counted
    from feature_at('entrances', $at, $known_at) as feature
    inner join entrance_at($at, $known_at) as entrance on entrance.entrance_id = feature.id
    where entrance.mode = 'open_24h' or (entrance.mode = 'open_hours' and entrance.timetable is not null)
    group by feature.area_id, entrance.timetable
),
supply as (
    select area_id, item, action, coalesce(quantity, 0) as quantity, effective_at, recorded_at, event_id
    from events_at('ledger.supply_event', $at, $known_at)
),
-- a count says what is there; what came and went after it is added
counted_last as (
    select area_id, item, quantity, effective_at, recorded_at, event_id
    from supply
    where action = 'count'
    qualify is_latest((area_id, item), effective_at, recorded_at, event_id)
),
stock as (
    select
        supply.area_id,
        supply.item,
        coalesce(any_value(counted_last.quantity), 0)
        + coalesce(sum(case supply.action when 'receive' then supply.quantity when 'use' then -supply.quantity end) filter (
            where counted_last.event_id is null
                or (supply.effective_at, supply.recorded_at, supply.event_id)
                > (counted_last.effective_at, counted_last.recorded_at, counted_last.event_id)
        ), 0) as on_hand
    from supply
    left join counted_last on counted_last.area_id is not distinct from supply.area_id and counted_last.item = supply.item
    group by supply.area_id, supply.item
),
stocks as (
    select area_id, 'supplies' as field, null::varchar as timetable, count(*) as counted
    from stock
    where on_hand > 0
    group by area_id
),
everything as (
    select * from screened
    union all
    select * from posts
    union all
    select * from gates
    union all
    select * from stocks
)
select area_id, field, timetable, counted::bigint as counted
from everything
where counted is not null
    and ($areas is null or list_contains($areas, area_id))
order by field, area_id, timetable
