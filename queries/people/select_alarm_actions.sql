-- what was done about the alarms of isolation episodes, latest first: to which reading, what, by whom
-- parameters: areas, at, known_at, episode
select
    action.event_id, action.episode_id, action.reading_id, action.area_id, action.action, action.note, action.done_by, action.effective_at,
    action.recorded_at, action.recorded_by, reading.effective_at as taken_at, reading.temperature, reading.symptoms
from events_at('ledger.alarm_action', $at, $known_at) as action
left join ledger.reading on reading.event_id = action.reading_id
where ($episode is null or action.episode_id = $episode)
    and ($areas is null or list_contains($areas, action.area_id))
order by action.effective_at desc, action.recorded_at desc, action.event_id desc
