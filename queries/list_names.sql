-- the name of every kept feature at a moment
-- parameters: areas, at, known_at
with latest as (
    select
        layer, feature_id, name, withdrawn,
        case when layer = 'areas' then feature_id else attributes ->> 'area_id' end as in_area
    from ledger.feature_event
    where effective_at <= $at
        and recorded_at <= $known_at
        and event_id not in (select target_id from undone_at($known_at))
    qualify row_number() over (partition by layer, feature_id order by effective_at desc, recorded_at desc, event_id desc) = 1
)
select layer, feature_id as id, name, in_area as area_id
from latest
where not withdrawn and ($areas is null or list_contains($areas, in_area))
order by layer, id
