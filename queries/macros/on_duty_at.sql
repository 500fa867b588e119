-- table macro: who is rostered at each subject at a moment: how many, how many of them signed in, one person and phone
-- parameters: at_moment, known
create or replace macro on_duty_at(at_moment, known) as table
select
    subject_layer,
    subject_id,
    count(*) as rostered,
    count(signed_in_at) as signed_in,
    arg_min(person, starts_at) as person,
    arg_min(phone, starts_at) as phone,
    max(ends_at) as until
from shift_known(at_moment, known)
where starts_at <= at_moment and at_moment < ends_at
group by subject_layer, subject_id
