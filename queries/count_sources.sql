-- how many features each kept layer has from each source, and when the last of them was recorded
-- parameters: areas, at, known_at
with latest as (
    select
        layer, feature_id, withdrawn, recorded_at,
        attributes ->> 'source' as source,
        case when layer = 'areas' then feature_id else attributes ->> 'area_id' end as in_area
    from ledger.feature_event
    where effective_at <= $at
        and recorded_at <= $known_at
        and event_id not in (select target_id from undone_at($known_at))
    qualify row_number() over (partition by layer, feature_id order by effective_at desc, recorded_at desc, event_id desc) = 1
)
select layer, source, count(*) as features, max(recorded_at) as last_recorded_at
from latest
where not withdrawn and ($areas is null or list_contains($areas, in_area))
group by layer, source
order by layer, source
