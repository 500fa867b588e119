-- when anything that a daily report counts or rests on was first recorded: people, their isolation and readings, visits, reports themselves
-- parameters: known_at
with record as (
    select recorded_at from ledger.isolation_event
    union all
    select recorded_at from ledger.reading
    union all
    select recorded_at from ledger.person_event
    union all
    select recorded_at from ledger.household_event
    union all
    select recorded_at from ledger.visit
    union all
    select recorded_at from ledger.report_submission
)
select min(recorded_at) as recorded_at
from record
where recorded_at <= $known_at
