-- macro: the moment that retention is counted from; what holds for all time (since 1900) has been there since it was recorded
-- parameters: effective, recorded
create or replace macro happened_at(effective, recorded) as
    case when effective < timestamptz '1900-01-03 00:00:00+00' then recorded else effective end
