-- the moments within a window at which an order, a description, an edit of the roads, an entry point or a declaration takes effect
-- parameters: areas, start, until, known_at
select distinct effective_at as moment
from events_at('every_event', timestamptz 'infinity', $known_at)
where event_table in ('entrance_event', 'checkpoint_event', 'feature_event', 'road_edit', 'entry_point', 'entrance_declaration')
    and effective_at > $start
    and effective_at < $until
    and $areas is null
order by moment
