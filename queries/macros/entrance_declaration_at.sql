-- table macro: what was last declared of the entrances of each place, complete or not, at a moment, as known at another
-- parameters: at_moment, known
create or replace macro entrance_declaration_at(at_moment, known) as table
select
    subject_layer, subject_id, coalesce(complete, true) as complete, note, area_id, recorded_by, event_id, effective_at as since
from ledger.entrance_declaration
where effective_at <= at_moment
    and recorded_at <= known
    and event_id not in (select target_id from undone_at(known))
qualify row_number() over (
    partition by subject_layer, subject_id order by effective_at desc, recorded_at desc, event_id desc
) = 1
