-- migration 7: what was done about an alarm: a fever or a symptom stands until somebody has acted on it
-- parameters: none

-- reading_id is the event of the reading that was acted on; those before it that were known by then are acted on with it.
create table ledger.alarm_action (
    event_id varchar, episode_id varchar, reading_id varchar, area_id varchar, action varchar, note varchar, done_by varchar,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

comment on column ledger.alarm_action.note is 'personal: text';
comment on column ledger.alarm_action.done_by is 'personal: staff';
