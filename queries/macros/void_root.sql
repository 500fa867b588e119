-- table macro: each void with the event that it undoes or redoes in the end, itself no void, whether it stands or not
-- parameters: none
create or replace macro void_root() as table
with recursive led as (
    select event_id, target_id from ledger.void where target_id is not null
    union
    select led.event_id, void.target_id
    from led
    inner join ledger.void on void.event_id = led.target_id
    where void.target_id is not null
)
select event_id, target_id as root_id
from led
where target_id not in (select event_id from ledger.void)
