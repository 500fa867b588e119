-- table macro: the latest mark of each place at a moment, as known at another; a place is a feature, or a metre of the map
-- parameters: at_moment, known
create or replace macro mark_at(at_moment, known) as table
with standing as (
    select
        event_id, layer, coalesce(feature_id, '') as feature_id, lon, lat, status, note, area_id, recorded_by, recorded_at,
        effective_at as since
    from events_at('ledger.mark', at_moment, known)
),
of_feature as (
    select *
    from standing
    qualify feature_id = ''
        or is_latest((layer, feature_id), since, recorded_at, event_id)
)
-- an import may give the feature at a place another id: the place is still the same
select event_id, layer, feature_id, lon, lat, status, note, area_id, recorded_by, since
from of_feature
qualify is_latest((layer, round(lon, 5), round(lat, 5)), since, recorded_at, event_id)
