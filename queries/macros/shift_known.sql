-- table macro: every duty shift as known at a moment, with whether someone has signed in for it by another
-- parameters: at_moment, known
create or replace macro shift_known(at_moment, known) as table
with signed as (
    select shift_id, min(effective_at) as signed_in_at
    from ledger.sign_in
    where effective_at <= at_moment
        and recorded_at <= known
        and event_id not in (select target_id from undone_at(known))
    group by shift_id
)
select
    duty_shift.event_id as shift_id, subject_layer, subject_id, person, phone, force, starts_at, ends_at, signed.signed_in_at
from ledger.duty_shift
left join signed on signed.shift_id = duty_shift.event_id
where recorded_at <= known
    and duty_shift.event_id not in (select target_id from undone_at(known))
