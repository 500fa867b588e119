-- the features that something has happened at: ordered, guarded, logged or marked
-- parameters: areas, known_at
select distinct layer, feature_id as id
from events_at('every_event', timestamptz 'infinity', $known_at)
where event_table in ('entrance_event', 'checkpoint_event', 'gate_log', 'duty_shift', 'mark')
    and (
        $areas is null
        or feature_id in (select feature_id from ledger.feature_event where list_contains($areas, attributes ->> 'area_id'))
    )
order by layer, id
