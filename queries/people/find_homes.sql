-- where some households lie and how many people live there: what a visit needs, found without reading all households
-- parameters: areas, at, known_at, household_ids
with latest as (
    select household_id, area_id, head_count, withdrawn
    from events_at('ledger.household_event', $at, $known_at)
    where household_id in (select unnest($household_ids::varchar[]))
    qualify is_latest(household_id, effective_at, recorded_at, event_id)
)
select household_id, area_id, head_count
from latest
where not coalesce(withdrawn, false) and ($areas is null or list_contains($areas, area_id))
order by household_id
