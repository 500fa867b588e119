-- the paragraphs that people rewrote in the draft of one briefing, the latest of each; without a body it is the draft's again
-- parameters: areas, at, known_at, area_id, cutoff, lang
select paragraph_id, body, recorded_at, recorded_by, event_id
from events_at('ledger.briefing_edit', $at, $known_at)
where ($area_id::varchar is null or area_id = $area_id::varchar)
    and ($cutoff::timestamptz is null or effective_at = $cutoff::timestamptz)
    and ($lang::varchar is null or lang = $lang::varchar)
    and ($areas is null or list_contains($areas, area_id))
qualify row_number() over (partition by area_id, effective_at, lang, paragraph_id order by recorded_at desc, event_id desc) = 1
order by paragraph_id
