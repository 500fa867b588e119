-- migration 1: the event tables of a workspace
-- parameters: none

create table ledger.workspace_setting (
    key varchar primary key,
    value varchar
);

create table ledger.import_batch (
    batch_id varchar primary key, kind varchar, file_name varchar, sha256 varchar, layer varchar, crs varchar, mapping varchar,
    read bigint, added bigint, changed bigint, unchanged bigint, rejected bigint, recorded_at timestamptz, recorded_by varchar
);

create table ledger.feature_event (
    event_id varchar, layer varchar, feature_id varchar, name varchar, geometry blob, attributes varchar, withdrawn boolean,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

create table ledger.entrance_event (
    event_id varchar, entrance_id varchar, mode varchar, timetable varchar, egress varchar, key_holder varchar, ordered_by varchar,
    reason varchar, expires_at timestamptz, sign_in_kept boolean,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

create table ledger.checkpoint_event (
    event_id varchar, checkpoint_id varchar, kind varchar, active boolean, sign_in_kept boolean, ordered_by varchar, reason varchar,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

create table ledger.area_event (
    event_id varchar, area_id varchar, status varchar, responsible varchar, phone varchar, ordered_by varchar, reason varchar,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

create table ledger.duty_shift (
    event_id varchar, subject_layer varchar, subject_id varchar, person varchar, phone varchar, force varchar,
    starts_at timestamptz, ends_at timestamptz,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

create table ledger.sign_in (
    event_id varchar, shift_id varchar, person varchar, note varchar,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

create table ledger.pass_event (
    event_id varchar, area_id varchar, action varchar, pass_no varchar, holder varchar, quantity bigint,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

create table ledger.gate_log (
    event_id varchar, entrance_id varchar, person varchar, pass_no varchar, temperature double, direction varchar, decision varchar,
    plate varchar, note varchar,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

create table ledger.mark (
    event_id varchar, layer varchar, feature_id varchar, lon double, lat double, status varchar, note varchar,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

create table ledger.void (
    event_id varchar, target_id varchar, reason varchar,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);
