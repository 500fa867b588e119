-- the shifts that overlap a window by class of post, force and hours: how many posts, how many people
-- parameters: areas, start, until, at, known_at
select
    coalesce(feature.attributes ->> 'post_class', 'other') as post_class,
    shift.starts_at,
    shift.ends_at,
    coalesce(shift.force, 'other') as force,
    count(distinct shift.subject_id) as posts,
    count(*) as people,
    count(shift.signed_in_at) as signed_in
from shift_known($at, $known_at) as shift
inner join feature_at('checkpoints', $at, $known_at) as feature on feature.id = shift.subject_id
where shift.subject_layer = 'checkpoints'
    and shift.starts_at < $until
    and $start < shift.ends_at
    and ($areas is null or list_contains($areas, feature.area_id))
group by all
order by shift.starts_at, post_class, force
