-- the gate log of a window, latest first
-- parameters: areas, start, until, at, known_at
select
    entry.event_id, entry.effective_at as logged_at, entry.entrance_id, feature.name, entry.person, entry.pass_no, entry.temperature,
    entry.direction, entry.decision, entry.plate, entry.note, entry.recorded_by
from events_at('ledger.gate_log', timestamptz 'infinity', $known_at) as entry
inner join feature_at('entrances', $at, $known_at) as feature on feature.id = entry.entrance_id
where entry.effective_at >= $start
    and entry.effective_at < $until
    and ($areas is null or list_contains($areas, coalesce(feature.area_id, '')))
order by logged_at desc, entry.event_id desc
