-- every standing description of some features of one layer, by the moment from which it holds; a rename or move corrects each
-- parameters: areas, layer, known_at, without
with latest as (
    select feature_id, name, geometry, attributes, withdrawn, effective_at, event_id
    from events_at('ledger.feature_event', timestamptz 'infinity', $known_at)
    where layer = $layer
        and event_id not in (select unnest($without::varchar[]))
    qualify row_number() over (partition by feature_id, effective_at order by recorded_at desc, event_id desc) = 1
)
select feature_id as id, name, geometry, attributes, withdrawn, effective_at, event_id
from latest
where $areas is null or list_contains($areas, attributes ->> 'area_id')
order by feature_id, effective_at
