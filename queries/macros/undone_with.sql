-- table macro: the undone events as known at a moment, if some more were voided: a list of event ids, null is none
-- parameters: known, voided
create or replace macro undone_with(known, voided) as table
select target_id
from standing_void(known, voided)
