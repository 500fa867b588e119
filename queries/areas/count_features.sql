-- how many features each kept layer has at a moment
-- parameters: areas, at, known_at
with latest as (
    select
        layer, feature_id, withdrawn,
        case when layer = 'areas' then feature_id else attributes ->> 'area_id' end as in_area
    from latest_at('ledger.feature_event', (layer, feature_id), $at, $known_at)
)
select layer, count(*) as features
from latest
where not withdrawn and ($areas is null or list_contains($areas, coalesce(in_area, '')))
group by layer
order by layer
