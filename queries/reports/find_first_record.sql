-- when anything that a daily report counts or rests on was first recorded: people, their isolation and readings, visits, reports themselves
-- parameters: known_at
select min(recorded_at) as recorded_at
from every_event
where event_table in ('isolation_event', 'reading', 'person_event', 'household_event', 'visit', 'report_submission')
    and recorded_at <= $known_at
