-- the daily reports that units have confirmed, for each unit and date the one that stands
-- parameters: areas, at, known_at, report_date
select area_id as unit_id, report_date, cutoff_at, figures, zero, effective_at as submitted_at, recorded_by as submitted_by, recorded_at, event_id
from ledger.report_submission
where effective_at <= $at
    and recorded_at <= $known_at
    and event_id not in (select target_id from undone_at($known_at))
    and ($report_date::date is null or report_date = $report_date::date)
    and ($areas is null or list_contains($areas, area_id))
qualify row_number() over (partition by area_id, report_date order by effective_at desc, recorded_at desc, event_id desc) = 1
order by report_date, unit_id
