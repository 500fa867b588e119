-- migration 6: whether somebody has declared that every way into a place is among its listed entrances
-- parameters: none

create table ledger.entrance_declaration (
    event_id varchar, subject_layer varchar, subject_id varchar, complete boolean, note varchar, area_id varchar,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

comment on column ledger.entrance_declaration.note is 'personal: remark';
