-- who opened whose personal data, when and for what, latest first; an opening cannot be undone, so none is left out
-- parameters: areas, at, known_at, subject_table, subject_id
select effective_at, recorded_by, subject_table, subject_id, area_id, purpose, event_id
from ledger.disclosure
where effective_at <= $at
    and recorded_at <= $known_at
    and ($subject_table is null or subject_table = $subject_table)
    and ($subject_id is null or subject_id = $subject_id)
    and ($areas is null or list_contains($areas, area_id))
order by effective_at desc, event_id desc
