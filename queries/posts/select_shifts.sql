-- the duty shifts of one layer that overlap a window, with who signed in for them by a moment
-- parameters: areas, layer, start, until, at, known_at
select
    shift.shift_id, shift.subject_id, feature.name, shift.person, shift.phone, shift.force, shift.starts_at, shift.ends_at,
    shift.signed_in_at
from shift_known($at, $known_at) as shift
inner join feature_at($layer, $at, $known_at) as feature on feature.id = shift.subject_id
where shift.subject_layer = $layer
    and shift.starts_at < $until
    and $start < shift.ends_at
    and ($areas is null or list_contains($areas, coalesce(feature.area_id, '')))
order by shift.starts_at, feature.name, shift.person
