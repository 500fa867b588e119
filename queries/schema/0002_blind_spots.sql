-- migration 2: what blind-spot planning keeps: road pieces struck or added by hand, entry points, soft barriers, the area of a mark
-- parameters: none

alter table ledger.entrance_event add column barrier varchar;
alter table ledger.entrance_event add column patrol_minutes bigint;
alter table ledger.checkpoint_event add column barrier varchar;
alter table ledger.checkpoint_event add column patrol_minutes bigint;
alter table ledger.mark add column area_id varchar;

create table ledger.road_edit (
    event_id varchar, action varchar, edit_id varchar, lon_a double, lat_a double, lon_b double, lat_b double, mode varchar, note varchar,
    area_id varchar,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

create table ledger.entry_point (
    event_id varchar, entry_id varchar, name varchar, kind varchar, lon double, lat double, active boolean, note varchar, area_id varchar,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);
