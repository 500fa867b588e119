-- the stock of each item in each area: the last count, and what came and went since; what was used on each of the last seven days
-- parameters: areas, at, known_at, zone, days
with event as (
    select area_id, item, action, quantity, measure_unit, effective_at, recorded_at, event_id,
        timezone($zone, effective_at)::date as day, timezone($zone, $at)::date as today
    from events_at('ledger.supply_event', $at, $known_at)
    where $areas is null or list_contains($areas, area_id)
),
counted as (
    select area_id, item, quantity, effective_at, recorded_at, event_id
    from event
    where action = 'count'
    qualify is_latest((area_id, item), effective_at, recorded_at, event_id)
),
moved as (
    -- what was entered for the very moment of a count counts when it was recorded after it
    select event.area_id, event.item, sum(case event.action when 'receive' then event.quantity when 'use' then -event.quantity end) as quantity
    from event
    left join counted on counted.area_id = event.area_id and counted.item = event.item
    where counted.event_id is null
        or (event.effective_at, event.recorded_at, event.event_id) > (counted.effective_at, counted.recorded_at, counted.event_id)
    group by event.area_id, event.item
),
used as (
    select area_id, item, sum(quantity) as used, count(distinct day) as days
    from event
    where action = 'use' and day > today - $days::integer
    group by area_id, item
),
item as (
    select area_id, item, arg_max(measure_unit, (effective_at, recorded_at, event_id)) as measure_unit, max(effective_at) as last_at
    from event
    group by area_id, item
)
select
    item.area_id, coalesce(area.name, item.area_id) as area_name, item.item, item.measure_unit,
    coalesce(counted.quantity, 0) + coalesce(moved.quantity, 0) as stock,
    counted.effective_at as counted_at, item.last_at, coalesce(used.used, 0) as used, coalesce(used.days, 0) as days_used
from item
left join counted on counted.area_id = item.area_id and counted.item = item.item
left join moved on moved.area_id = item.area_id and moved.item = item.item
left join used on used.area_id = item.area_id and used.item = item.item
left join feature_at('areas', $at, $known_at) as area on area.id = item.area_id
order by item.item, area_name, item.area_id
