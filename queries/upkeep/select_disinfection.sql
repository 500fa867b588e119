-- the places that are disinfected (buildings, venues, social units), each with its last round
-- parameters: areas, at, known_at
with place as (
    select 'buildings' as place_layer, id as place_id, name, area_id, null as trade from feature_at('buildings', $at, $known_at)
    union all
    select 'venues', id, name, area_id, null from feature_at('venues', $at, $known_at)
    union all
    select 'units', unit_id, name, area_id, trade from unit_at($at, $known_at)
),
last_round as (
    select place_layer, place_id, part, agent, done_by, note, effective_at as done_at
    from latest_at('ledger.disinfection', (place_layer, place_id), $at, $known_at)
)
select
    place.place_layer, place.place_id, place.name, place.trade, place.area_id, coalesce(area.name, place.area_id) as area_name,
    last_round.done_at, last_round.part, last_round.agent, last_round.done_by, last_round.note
from place
left join last_round on last_round.place_layer = place.place_layer and last_round.place_id = place.place_id
left join feature_at('areas', $at, $known_at) as area on area.id = place.area_id
where $areas is null or list_contains($areas, place.area_id)
order by last_round.done_at nulls last, place.place_layer, place.name, place.place_id
