-- table macro: the latest mark of each place at a moment, as known at another; a place is a feature, or a metre of the map
-- parameters: at_moment, known
create or replace macro mark_at(at_moment, known) as table
with standing as (
    select
        event_id, layer, coalesce(feature_id, '') as feature_id, lon, lat, status, note, area_id, recorded_by, recorded_at,
        effective_at as since
    from ledger.mark
    where effective_at <= at_moment
        and recorded_at <= known
        and event_id not in (select target_id from undone_at(known))
),
of_feature as (
    select *
    from standing
    qualify feature_id = ''
        or row_number() over (partition by layer, feature_id order by since desc, recorded_at desc, event_id desc) = 1
)
-- an import may give the feature at a place another id: the place is still the same
select event_id, layer, feature_id, lon, lat, status, note, area_id, recorded_by, since
from of_feature
qualify row_number() over (
    partition by layer, round(lon, 5), round(lat, 5) order by since desc, recorded_at desc, event_id desc
) = 1
