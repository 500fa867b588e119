-- the passes of each area: received, issued, returned, revoked, in people's hands, left to issue
-- parameters: areas, at, known_at
with counted as (
    select
        area_id,
        coalesce(sum(coalesce(quantity, 1)) filter (where action = 'stock'), 0)::bigint as stock,
        coalesce(sum(coalesce(quantity, 1)) filter (where action = 'issue'), 0)::bigint as issued,
        coalesce(sum(coalesce(quantity, 1)) filter (where action = 'return'), 0)::bigint as returned,
        coalesce(sum(coalesce(quantity, 1)) filter (where action = 'revoke'), 0)::bigint as revoked
    from events_at('ledger.pass_event', $at, $known_at)
    where $areas is null or list_contains($areas, area_id)
    group by area_id
)
select
    counted.area_id, coalesce(area.name, counted.area_id) as name, stock, issued, returned, revoked,
    issued - returned - revoked as in_hand,
    stock - issued + returned as remaining
from counted
left join feature_at('areas', $at, $known_at) as area on area.id = counted.area_id
order by name
