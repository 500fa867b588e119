-- table macro: the voids that stand as known at a moment, if some more events were voided: one that a standing void undoes does not, however deep
-- parameters: known, voided
create or replace macro standing_void(known, voided) as table
with recursive told as not materialized (
    select event_id, target_id, recorded_at, recorded_by, reason
    from ledger.void
    where recorded_at <= known and target_id is not null
    union all
    -- what would be voided has no event yet: nothing undoes it
    select '?' || target_id, target_id, null, null, null from (select unnest(voided::varchar[]) as target_id)
),
-- undone and redone are judged from the last back to the first; few are, and most ledgers have none
judged as (
    select 0 as round, event_id, target_id, true as stands, true as changed
    from told
    where target_id in (select event_id from told)
    union all
    select round + 1, event_id, target_id, now_stands, bool_or(now_stands <> stands) over ()
    from (
        select judged.round, judged.event_id, judged.target_id, judged.stands, not coalesce(hit.stands, false) as now_stands
        from judged
        left join (select target_id, bool_or(stands) as stands from judged group by target_id) as hit on hit.target_id = judged.event_id
        -- voids of one another in a circle, which nobody can enter, must not go on for ever
        where judged.changed and judged.round <= (select count(*) from ledger.void)
    )
)
select event_id, target_id, recorded_at, recorded_by, reason
from told
where event_id not in (select target_id from judged where stands qualify round = max(round) over ())
