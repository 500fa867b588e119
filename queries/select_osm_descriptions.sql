-- what the last OpenStreetMap import said of each feature of one layer, attributes still as JSON
-- parameters: areas, layer, known_at
select feature_event.feature_id as id, feature_event.name, feature_event.geometry, feature_event.attributes
from ledger.feature_event
inner join ledger.import_batch on import_batch.batch_id = feature_event.batch_id and import_batch.kind = 'osm'
where feature_event.layer = $layer
    and not feature_event.withdrawn
    and feature_event.recorded_at <= $known_at
    and ($areas is null or list_contains($areas, feature_event.attributes ->> 'area_id'))
    and feature_event.event_id not in (select target_id from undone_at($known_at))
qualify row_number() over (
    partition by feature_event.feature_id order by feature_event.recorded_at desc, feature_event.event_id desc
) = 1
order by id
