-- table macro: every duty shift as known at a moment, with whether someone has signed in for it by another
-- parameters: at_moment, known
create or replace macro shift_known(at_moment, known) as table
with signed as (
    select shift_id, min(effective_at) as signed_in_at
    from events_at('ledger.sign_in', at_moment, known)
    group by shift_id
)
select
    duty_shift.event_id as shift_id, subject_layer, subject_id, person, phone, force, starts_at, ends_at, signed.signed_in_at
from events_at('ledger.duty_shift', timestamptz 'infinity', known) as duty_shift
left join signed on signed.shift_id = duty_shift.event_id
