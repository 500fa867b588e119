-- when the last reading of each of some isolation episodes was taken, if some more events were voided; null are all
-- parameters: areas, at, known_at, episodes, voided
select episode_id, max(effective_at) as taken_at
from ledger.reading
where effective_at <= $at
    and recorded_at <= $known_at
    and event_id not in (select target_id from undone_with($known_at, $voided))
    and ($episodes is null or list_contains($episodes, episode_id))
    and ($areas is null or list_contains($areas, area_id))
group by episode_id
order by episode_id
