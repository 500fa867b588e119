-- one stamp a layer: changes whenever an event that describes its features, or undoes or redoes one, is appended
-- parameters: none
with retold as (
    select feature_event.layer, count(*) as voids
    from void_root() as void
    inner join ledger.feature_event on feature_event.event_id = void.root_id
    group by feature_event.layer
)
select
    feature_event.layer,
    max(feature_event.event_id) || '/' || count(*) || '/' || coalesce(any_value(retold.voids), 0) as stamp
from ledger.feature_event
left join retold on retold.layer = feature_event.layer
group by feature_event.layer
order by feature_event.layer
