-- the name of every kept feature at a moment
-- parameters: areas, at, known_at
with latest as (
    select
        layer, feature_id, name, withdrawn,
        case when layer = 'areas' then feature_id else attributes ->> 'area_id' end as in_area
    from latest_at('ledger.feature_event', (layer, feature_id), $at, $known_at)
)
select layer, feature_id as id, name, in_area as area_id
from latest
where not withdrawn and ($areas is null or list_contains($areas, in_area))
order by layer, id
