-- the tips as they stand, and when each was taken down, latest first
-- parameters: areas, at, known_at
with taken as (
    select tip_id, min(effective_at) as taken_at
    from events_at('ledger.tip', $at, $known_at) as tip
    group by tip_id
)
select
    tip.tip_id, taken.taken_at, tip.kind, tip.content, tip.status, tip.outcome, tip.handled_by, tip.reporter, tip.phone, tip.area_id,
    coalesce(area.name, tip.area_id) as area_name, tip.since, tip.event_id
from tip_at($at, $known_at) as tip
inner join taken on taken.tip_id = tip.tip_id
left join feature_at('areas', $at, $known_at) as area on area.id = tip.area_id
where $areas is null or list_contains($areas, tip.area_id)
order by taken.taken_at desc, tip.tip_id
