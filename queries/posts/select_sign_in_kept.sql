-- whether sign-ins are kept at each entrance and checkpoint, and whether a checkpoint stands
-- parameters: areas, layer, at, known_at
with kept as (
    select 'entrances' as layer, entrance_id as id, true as active, sign_in_kept from entrance_at($at, $known_at)
    union all
    select 'checkpoints' as layer, checkpoint_id as id, active, sign_in_kept from checkpoint_at($at, $known_at)
)
select
    feature.id, feature.name, kept.active, coalesce(kept.sign_in_kept, false) as sign_in_kept
from feature_at($layer, $at, $known_at) as feature
left join kept on kept.layer = $layer and kept.id = feature.id
where $areas is null or list_contains($areas, coalesce(feature.area_id, ''))
order by feature.id
