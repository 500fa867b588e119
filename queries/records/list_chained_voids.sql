-- the voids that void a void or are voided by one: id, what it voids, when it was recorded in microseconds; few are, most ledgers have none
-- parameters: none
select event_id, target_id, epoch_us(recorded_at) as recorded_us
from ledger.void
where recorded_at is not null
    and (target_id in (select event_id from ledger.void) or event_id in (select target_id from ledger.void))
