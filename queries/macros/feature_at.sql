-- table macro: the features of one layer as described at a moment, as known at another; withdrawn ones left out
-- parameters: layer_name, at_moment, known
create or replace macro feature_at(layer_name, at_moment, known) as table
with latest as (
    select feature_id, name, geometry, attributes, withdrawn
    from events_at('ledger.feature_event', at_moment, known)
    where layer = layer_name
    qualify is_latest(feature_id, effective_at, recorded_at, event_id)
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
