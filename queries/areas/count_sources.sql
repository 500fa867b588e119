-- how many features each kept layer has from each source, and when something about one of them was last recorded
-- parameters: areas, at, known_at
with latest as (
    select
        layer, feature_id, withdrawn, recorded_at,
        attributes ->> 'source' as source,
        case when layer = 'areas' then feature_id else attributes ->> 'area_id' end as in_area
    from latest_at('ledger.feature_event', (layer, feature_id), $at, $known_at)
),
told as (
    select 'entrances' as layer, entrance_id as feature_id, max(recorded_at) as recorded_at
    from ledger.entrance_event where recorded_at <= $known_at group by entrance_id
    union all
    select 'checkpoints', checkpoint_id, max(recorded_at)
    from ledger.checkpoint_event where recorded_at <= $known_at group by checkpoint_id
    union all
    select 'areas', area_id, max(recorded_at)
    from ledger.area_event where recorded_at <= $known_at group by area_id
)
select latest.layer, latest.source, count(*) as features, max(greatest(latest.recorded_at, told.recorded_at)) as last_recorded_at
from latest
left join told on told.layer = latest.layer and told.feature_id = latest.feature_id
where not withdrawn and ($areas is null or list_contains($areas, in_area))
group by latest.layer, latest.source
order by latest.layer, latest.source
