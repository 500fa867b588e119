-- the corrections of daily reports that stand, in the order in which they were made
-- parameters: areas, at, known_at, report_date
-- what is corrected at once is recorded at once and adds up together: where one figure of it is undone, so are the others
with undone_correction as (
    select area_id, report_date, recorded_at
    from ledger.report_correction
    where event_id in (select target_id from undone_at($known_at))
)
select area_id as unit_id, report_date, field, submitted, corrected, recorded_by as by, effective_at as corrected_at, reason, recorded_at, event_id
from ledger.report_correction
where effective_at <= $at
    and recorded_at <= $known_at
    and (area_id, report_date, recorded_at) not in (select area_id, report_date, recorded_at from undone_correction)
    and ($report_date::date is null or report_date = $report_date::date)
    and ($areas is null or list_contains($areas, area_id))
order by effective_at, recorded_at, event_id
