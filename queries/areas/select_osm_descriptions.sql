-- what the last OpenStreetMap import said of each feature of one layer, attributes still as JSON
-- parameters: areas, layer, known_at
select feature_id as id, name, geometry, attributes
from events_at('ledger.feature_event', timestamptz 'infinity', $known_at)
where layer = $layer
    and not withdrawn
    and batch_id in (select batch_id from ledger.import_batch where kind = 'osm')
    and ($areas is null or list_contains($areas, attributes ->> 'area_id'))
qualify row_number() over (partition by feature_id order by recorded_at desc, event_id desc) = 1
order by id
