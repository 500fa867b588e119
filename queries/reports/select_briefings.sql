-- the briefings that went out, latest cut-off first, and of one cut-off the latest issue first
-- parameters: areas, at, known_at
select
    briefing.effective_at as cutoff, briefing.edition, briefing.area_id, coalesce(area.name, briefing.area_id) as area_name, briefing.lang,
    briefing.recorded_at as issued_at, briefing.recorded_by as issued_by, briefing.files, briefing.numbers, briefing.event_id
from events_at('ledger.briefing_event', $at, $known_at) as briefing
left join feature_at('areas', $at, $known_at) as area on area.id = briefing.area_id
where $areas is null or list_contains($areas, briefing.area_id)
order by briefing.effective_at desc, briefing.recorded_at desc, briefing.event_id desc
