-- table macro: the features of one layer as described at a moment, as known at another; withdrawn ones left out
-- parameters: layer_name, at_moment, known
create or replace macro feature_at(layer_name, at_moment, known) as table
with latest as (
    select feature_id, name, geometry, attributes, withdrawn
    from ledger.feature_event
    where layer = layer_name
        and effective_at <= at_moment
        and recorded_at <= known
        and event_id not in (select target_id from undone_at(known))
    qualify row_number() over (partition by feature_id order by effective_at desc, recorded_at desc, event_id desc) = 1
)
select
    feature_id as id,
    name,
    geometry,
    attributes,
    attributes ->> 'area_id' as area_id,
    attributes ->> 'source' as source
from latest
where not withdrawn
