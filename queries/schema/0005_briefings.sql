-- migration 5: briefings as they went out, and what people wrote into their drafts
-- parameters: none

-- effective_at is the cut-off of which the briefing tells; numbers and document are JSON.
create table ledger.briefing_event (
    event_id varchar, area_id varchar, edition varchar, lang varchar, numbers varchar, document varchar, files varchar,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

-- A paragraph of a draft as somebody wrote it, for the briefing of an area at a cut-off (effective_at); without a body it is the draft's again.
create table ledger.briefing_edit (
    event_id varchar, area_id varchar, edition varchar, lang varchar, paragraph_id varchar, body varchar,
    effective_at timestamptz, recorded_at timestamptz, recorded_by varchar, source varchar, batch_id varchar
);

comment on column ledger.briefing_event.document is 'personal: remark';
comment on column ledger.briefing_edit.body is 'personal: remark';
