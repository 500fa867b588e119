-- the requests of people at home as they stand, with who asks, when they asked and who answered; the open ones first, the oldest on top
-- parameters: areas, at, known_at, household, request
with asked as (
    select request_id, min(effective_at) as asked_at
    from events_at('ledger.care_request', $at, $known_at)
    group by request_id
)
select
    request.request_id, request.household_id, request.person_id, person.name, request.area_id,
    coalesce(area.name, request.area_id) as area_name, request.kind, request.detail, request.status, request.answered_by,
    asked.asked_at, request.since,
    -- how long somebody waits or has waited, until it was done or cancelled
    date_sub('minute', asked.asked_at, case when request.status in ('open', 'taken') then $at else request.since end) / 60.0 as hours_open,
    request.recorded_by, request.event_id
from request_at($at, $known_at) as request
inner join asked using (request_id)
left join person_at($at, $known_at) as person on person.person_id = request.person_id
left join feature_at('areas', $at, $known_at) as area on area.id = request.area_id
where ($areas is null or list_contains($areas, request.area_id))
    and ($household is null or request.household_id = $household)
    and ($request is null or request.request_id = $request)
order by request.status in ('done', 'cancelled'), asked.asked_at, request.request_id
