-- those of some events that lie in view: in the area that they name, or that of their feature; a void lies where what it undoes in the end does
-- parameters: areas, known_at, event_ids
with wanted as (
    select asked.event_id, coalesce(void.root_id, asked.event_id) as target_id
    from (select unnest($event_ids::varchar[]) as event_id) as asked
    left join void_root() as void on void.event_id = asked.event_id
),
feature as (
    select layer, feature_id, case when layer = 'areas' then feature_id else attributes ->> 'area_id' end as area_id
    from ledger.feature_event
    where recorded_at <= $known_at
    qualify is_latest((layer, feature_id), effective_at, recorded_at, event_id)
),
event as (
    -- a sign-in lies where its shift does
    select wanted.event_id, coalesce(place.area_id, event.area_id) as own_area, coalesce(place.layer, event.layer) as layer,
        coalesce(place.feature_id, event.feature_id) as feature_id
    from wanted
    inner join every_event as event on event.event_id = wanted.target_id
    left join every_event as place on place.event_id = event.via_id
)
select event.event_id
from event
left join feature on feature.layer = event.layer and feature.feature_id = event.feature_id
where coalesce(event.own_area, feature.area_id) is not null
    and ($areas is null or list_contains($areas, coalesce(event.own_area, feature.area_id)))
order by event.event_id
