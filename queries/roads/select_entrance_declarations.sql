-- what was last declared of the entrances of each place that is there at a moment
-- parameters: areas, at, known_at
with place as (
    select 'settlements' as layer, id from feature_at('settlements', $at, $known_at)
    union all
    select 'compounds', id from feature_at('compounds', $at, $known_at)
    union all
    select 'areas', id from feature_at('areas', $at, $known_at)
)
select
    declared.subject_layer as layer, declared.subject_id as id, coalesce(declared.complete, true) as complete, declared.note, declared.since, declared.recorded_by,
    declared.event_id
from entrance_declaration_at($at, $known_at) as declared
inner join place on place.layer = declared.subject_layer and place.id = declared.subject_id
where $areas is null or list_contains($areas, declared.area_id)
order by declared.since, declared.event_id
