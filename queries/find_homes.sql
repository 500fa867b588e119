-- where some households lie and how many people live there: what a visit needs, found without reading all households
-- parameters: areas, at, known_at, household_ids
with latest as (
    select household_id, area_id, head_count, withdrawn
    from ledger.household_event
    where household_id in (select unnest($household_ids::varchar[]))
        and effective_at <= $at
        and recorded_at <= $known_at
        and event_id not in (select target_id from undone_at($known_at))
    qualify row_number() over (partition by household_id order by effective_at desc, recorded_at desc, event_id desc) = 1
)
select household_id, area_id, head_count
from latest
where not coalesce(withdrawn, false) and ($areas is null or list_contains($areas, area_id))
order by household_id
