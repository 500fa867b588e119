-- the findings of inspections as they stand, and when each was made, open ones first
-- parameters: areas, at, known_at
with made as (
    select finding_id, min(effective_at) as found_at
    from events_at('ledger.inspection', $at, $known_at)
    group by finding_id
)
select
    finding.finding_id, made.found_at, finding.subject, finding.finding, finding.status, finding.inspector, finding.area_id,
    coalesce(area.name, finding.area_id) as area_name, case when finding.status = 'resolved' then finding.since end as resolved_at,
    finding.event_id
from finding_at($at, $known_at) as finding
inner join made on made.finding_id = finding.finding_id
left join feature_at('areas', $at, $known_at) as area on area.id = finding.area_id
where $areas is null or list_contains($areas, finding.area_id)
order by finding.status, made.found_at desc, finding.finding_id
