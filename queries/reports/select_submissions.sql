-- the daily reports that units have confirmed, for each unit and date the one that stands
-- parameters: areas, at, known_at, report_date
select area_id as unit_id, report_date, cutoff_at, figures, zero, effective_at as submitted_at, recorded_by as submitted_by, recorded_at, event_id
from events_at('ledger.report_submission', $at, $known_at)
where ($report_date::date is null or report_date = $report_date::date)
    and ($areas is null or list_contains($areas, area_id))
qualify is_latest((area_id, report_date), effective_at, recorded_at, event_id)
order by report_date, unit_id
