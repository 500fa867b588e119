-- how many features each kept layer has at a moment
-- parameters: areas, at, known_at
with latest as (
    select
        layer, feature_id, withdrawn,
        case when layer = 'areas' then feature_id else attributes ->> 'area_id' end as in_area
    from ledger.feature_event
    where effective_at <= $at
        and recorded_at <= $known_at
        and event_id not in (select target_id from undone_at($known_at))
    qualify row_number() over (partition by layer, feature_id order by effective_at desc, recorded_at desc, event_id desc) = 1
)
select layer, count(*) as features
from latest
where not withdrawn and ($areas is null or list_contains($areas, coalesce(in_area, '')))
group by layer
order by layer
