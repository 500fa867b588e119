-- the area of each subject of one table of the ledgers of people, as its latest row says; withdrawn ones too
-- parameters: areas, at, known_at, subject_table, subject_ids
with latest as (
    select subject_id, area_id
    from events_at('every_event', $at, $known_at)
    where event_table = $subject_table and list_contains($subject_ids, subject_id)
    qualify is_latest(subject_id, effective_at, recorded_at, event_id)
)
select subject_id, area_id
from latest
where $areas is null or list_contains($areas, area_id)
order by subject_id
