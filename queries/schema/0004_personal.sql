-- migration 4: more of what is personal: doors and addresses that must be found, staff, and what staff write of their own work
-- parameters: none

-- Lists show these three kinds, and retention blanks them: place (one has to get there), staff (one has to reach them), remark (a reason or a
-- note on a piece of work, which may name somebody).
comment on column ledger.household_event.door is 'personal: place';
comment on column ledger.unit_event.address is 'personal: place';
comment on column ledger.isolation_event.ordered_by is 'personal: staff';
comment on column ledger.reading.taken_by is 'personal: staff';
comment on column ledger.reading.participants is 'personal: staff';
comment on column ledger.care_request.answered_by is 'personal: staff';
comment on column ledger.tip.handled_by is 'personal: staff';
comment on column ledger.area_event.responsible is 'personal: staff';
comment on column ledger.area_event.phone is 'personal: staff';
comment on column ledger.area_event.reason is 'personal: remark';
comment on column ledger.entrance_event.key_holder is 'personal: staff';
comment on column ledger.entrance_event.reason is 'personal: remark';
comment on column ledger.checkpoint_event.reason is 'personal: remark';
comment on column ledger.risk_order.reason is 'personal: remark';
comment on column ledger.duty_shift.person is 'personal: staff';
comment on column ledger.duty_shift.phone is 'personal: staff';
comment on column ledger.sign_in.person is 'personal: staff';
comment on column ledger.sign_in.note is 'personal: remark';
comment on column ledger.mark.note is 'personal: remark';
comment on column ledger.road_edit.note is 'personal: remark';
comment on column ledger.entry_point.note is 'personal: remark';
comment on column ledger.match_decision.reason is 'personal: remark';
comment on column ledger.report_correction.reason is 'personal: remark';
comment on column ledger.disinfection.done_by is 'personal: staff';
comment on column ledger.disinfection.note is 'personal: remark';
comment on column ledger.business_check.finding is 'personal: remark';
comment on column ledger.business_check.inspector is 'personal: staff';
comment on column ledger.inspection.finding is 'personal: remark';
comment on column ledger.inspection.inspector is 'personal: staff';
comment on column ledger.supply_event.note is 'personal: remark';
comment on column ledger.outreach.note is 'personal: remark';
comment on column ledger.void.reason is 'personal: remark';
comment on column ledger.disclosure.purpose is 'personal: remark';
