-- the session's table of voids, a row for each span of knowledge in which one stands; the frame chained has those that are voided themselves
-- parameters: none
create or replace table void_span as
select target_id, recorded_at, recorded_by, reason, recorded_at as known_from, timestamptz 'infinity' as known_until
from ledger.void
where target_id is not null and not exists (select 1 from ledger.void as later where later.target_id = void.event_id)
union all
select
    target_id, recorded_at, recorded_by, reason, to_timestamp(0) + to_microseconds(chained.known_from),
    coalesce(to_timestamp(0) + to_microseconds(chained.known_until), timestamptz 'infinity')
from ledger.void
join chained using (event_id)
where exists (select 1 from ledger.void as later where later.target_id = void.event_id)
