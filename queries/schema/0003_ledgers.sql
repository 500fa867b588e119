-- migration 3: the ledgers of people: households, persons, units, screening, isolation, reports, risk, environment, privacy
-- parameters: none

create table ledger.household_event (
    event_id varchar, household_id varchar, area_id varchar, building_id varchar, door varchar, address varchar, contact varchar,
    phone varchar, head_count bigint, status varchar, note varchar, withdrawn boolean,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

create table ledger.person_event (
    event_id varchar, person_id varchar, household_id varchar, unit_id varchar, area_id varchar, name varchar, sex varchar, birth_date date,
    id_number varchar, phone varchar, address varchar, category varchar, arrived_from varchar, arrived_on date, note varchar,
    withdrawn boolean,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

create table ledger.unit_event (
    event_id varchar, unit_id varchar, area_id varchar, name varchar, trade varchar, address varchar, responsible varchar, phone varchar,
    staff bigint, staff_affected bigint, clients_affected bigint, resumed boolean, signed_by varchar, signed_on date, note varchar,
    withdrawn boolean,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

create table ledger.visit (
    event_id varchar, household_id varchar, area_id varchar, team varchar, purpose varchar, outcome varchar, screened bigint,
    key_persons bigint, retry_at timestamptz, note varchar,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

create table ledger.isolation_event (
    event_id varchar, episode_id varchar, person_id varchar, household_id varchar, area_id varchar, state varchar, place varchar,
    place_name varchar, started_at timestamptz, days bigint, ordered_by varchar, reason varchar,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

create table ledger.reading (
    event_id varchar, episode_id varchar, area_id varchar, temperature double, symptoms varchar, went_out boolean, had_visitors boolean,
    needs varchar, channel varchar, taken_by varchar, participants varchar, note varchar,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

create table ledger.care_request (
    event_id varchar, request_id varchar, household_id varchar, person_id varchar, area_id varchar, kind varchar, detail varchar,
    status varchar, answered_by varchar,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

create table ledger.case_event (
    event_id varchar, case_id varchar, person_id varchar, area_id varchar, status varchar, cluster boolean, note varchar,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

create table ledger.risk_order (
    event_id varchar, area_id varchar, level varchar, until timestamptz, ordered_by varchar, reason varchar,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

create table ledger.report_submission (
    event_id varchar, area_id varchar, report_date date, cutoff_at timestamptz, figures varchar, zero boolean,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

create table ledger.report_correction (
    event_id varchar, area_id varchar, report_date date, field varchar, submitted bigint, corrected bigint, reason varchar,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

create table ledger.list_entry (
    event_id varchar, entry_id varchar, list_name varchar, area_id varchar, name varchar, sex varchar, birth_date date, id_number varchar,
    phone varchar, address varchar, category varchar, note varchar, withdrawn boolean,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

create table ledger.match_decision (
    event_id varchar, left_id varchar, right_id varchar, area_id varchar, same boolean, score double, reason varchar,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

create table ledger.disinfection (
    event_id varchar, area_id varchar, place_layer varchar, place_id varchar, part varchar, agent varchar, done_by varchar, note varchar,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

create table ledger.business_check (
    event_id varchar, unit_id varchar, area_id varchar, passed boolean, finding varchar, recheck_on date, inspector varchar,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

create table ledger.tip (
    event_id varchar, tip_id varchar, area_id varchar, kind varchar, content varchar, reporter varchar, phone varchar, status varchar,
    outcome varchar, handled_by varchar,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

create table ledger.supply_event (
    event_id varchar, area_id varchar, item varchar, action varchar, quantity double, measure_unit varchar, note varchar,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

create table ledger.outreach (
    event_id varchar, area_id varchar, kind varchar, quantity bigint, note varchar,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

create table ledger.measure (
    event_id varchar, measure_id varchar, area_id varchar, title varchar, content varchar, status varchar, ordered_by varchar,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

create table ledger.inspection (
    event_id varchar, finding_id varchar, area_id varchar, subject varchar, finding varchar, status varchar, inspector varchar,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

create table ledger.disclosure (
    event_id varchar, subject_table varchar, subject_id varchar, area_id varchar, purpose varchar,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

create table ledger.purge_record (
    event_id varchar, table_name varchar, rows_purged bigint, older_than timestamptz,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

-- What is personal, and how a list masks it: name, id_number, phone, address, text (free text, which may hold any of these), health.
comment on column ledger.household_event.contact is 'personal: name';
comment on column ledger.household_event.phone is 'personal: phone';
comment on column ledger.household_event.address is 'personal: address';
comment on column ledger.household_event.door is 'personal: address';
comment on column ledger.household_event.note is 'personal: text';
comment on column ledger.person_event.name is 'personal: name';
comment on column ledger.person_event.birth_date is 'personal: date';
comment on column ledger.person_event.id_number is 'personal: id_number';
comment on column ledger.person_event.phone is 'personal: phone';
comment on column ledger.person_event.address is 'personal: address';
comment on column ledger.person_event.arrived_from is 'personal: text';
comment on column ledger.person_event.note is 'personal: text';
comment on column ledger.unit_event.responsible is 'personal: name';
comment on column ledger.unit_event.phone is 'personal: phone';
comment on column ledger.unit_event.signed_by is 'personal: name';
comment on column ledger.unit_event.note is 'personal: text';
comment on column ledger.visit.note is 'personal: text';
comment on column ledger.isolation_event.place_name is 'personal: address';
comment on column ledger.isolation_event.reason is 'personal: text';
comment on column ledger.reading.temperature is 'personal: health';
comment on column ledger.reading.symptoms is 'personal: health';
comment on column ledger.reading.needs is 'personal: text';
comment on column ledger.reading.note is 'personal: text';
comment on column ledger.care_request.detail is 'personal: text';
comment on column ledger.case_event.note is 'personal: text';
comment on column ledger.list_entry.name is 'personal: name';
comment on column ledger.list_entry.birth_date is 'personal: date';
comment on column ledger.list_entry.id_number is 'personal: id_number';
comment on column ledger.list_entry.phone is 'personal: phone';
comment on column ledger.list_entry.address is 'personal: address';
comment on column ledger.list_entry.note is 'personal: text';
comment on column ledger.tip.content is 'personal: text';
comment on column ledger.tip.reporter is 'personal: name';
comment on column ledger.tip.phone is 'personal: phone';
comment on column ledger.tip.outcome is 'personal: text';
comment on column ledger.gate_log.person is 'personal: name';
comment on column ledger.gate_log.plate is 'personal: text';
comment on column ledger.gate_log.temperature is 'personal: health';
comment on column ledger.gate_log.note is 'personal: text';
comment on column ledger.pass_event.holder is 'personal: name';
