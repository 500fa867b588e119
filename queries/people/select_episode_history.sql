-- every event of one isolation episode, the undone ones too, latest first: what it said, when, from whom, and who undid it
-- parameters: areas, at, known_at, episode
select
    event_id, state, place, place_name, area_id, started_at, days, ordered_by, reason, effective_at, recorded_at, recorded_by, source,
    undone.target_id is not null as voided, undone.voided_at, undone.voided_by, undone.void_reason
from ledger.isolation_event
left join undone_how($known_at) as undone on undone.target_id = isolation_event.event_id
where episode_id = $episode
    and effective_at <= $at
    and recorded_at <= $known_at
    and ($areas is null or list_contains($areas, area_id))
order by effective_at desc, recorded_at desc, event_id desc
