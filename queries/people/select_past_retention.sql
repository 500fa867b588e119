-- the events that hold personal data past its retention, undone ones too: those of a subject all together, after the last of them
-- parameters: at, known_at, tables, limits
with retention as (
    select unnest($tables::varchar[]) as table_name, unnest($limits::timestamptz[]) as older_than
),
episode as (
    select episode_id, person_id, household_id, state from episode_at($at, $known_at)
),
-- whoever is isolated is not forgotten, nor those they live with
open_person as (
    select person_id from episode where state in ('observing', 'hospital') and person_id is not null
),
open_episode as (
    select episode_id from episode where person_id in (select person_id from open_person)
),
open_household as (
    select household_id from episode where state in ('observing', 'hospital') and household_id is not null
    union
    select household_id from person_at($at, $known_at)
    where household_id is not null and person_id in (select person_id from open_person)
),
mention as (
    {mentions}
),
last_mention as (
    select table_name, subject_id, max(moment) as moment from mention where subject_id is not null group by table_name, subject_id
),
-- a pass that is in somebody's hands has its holder as long as it is
held_pass as (
    select concat_ws(' ', area_id, pass_no) as subject_id
    from latest_at('ledger.pass_event', (area_id, pass_no), timestamptz 'infinity', timestamptz 'infinity')
    where pass_no is not null and action = 'issue'
),
-- orders and marks: the last one of a place that stands is in force, with whoever answers for it, however old
in_force as (
    {in_force}
),
past as (
    {past_retention}
)
select table_name, event_id from past order by table_name, event_id
