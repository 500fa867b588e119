-- the shifts that overlap a window by class of post and hours: posts, staff the class needs, people by force, people signed in
-- parameters: areas, start, until, at, known_at
with post as (
    select
        feature.id, coalesce(feature.attributes ->> 'post_class', 'other') as post_class, checkpoint.sign_in_kept,
        cast(feature.attributes ->> 'staff_required' as bigint) as staff_required
    from feature_at('checkpoints', $at, $known_at) as feature
    inner join checkpoint_at($at, $known_at) as checkpoint on checkpoint.checkpoint_id = feature.id and checkpoint.active
    where $areas is null or list_contains($areas, coalesce(feature.area_id, ''))
),
needed as (
    select post_class, coalesce(sum(staff_required), 0)::bigint as required from post group by post_class
)
select
    post.post_class, shift.starts_at, shift.ends_at,
    count(distinct shift.subject_id) as posts,
    any_value(needed.required) as required,
    count(*) as people,
    count(*) filter (where shift.force = 'police') as police,
    count(*) filter (where shift.force = 'medical') as medical,
    count(*) filter (where shift.force = 'cadre') as cadre,
    count(*) filter (where shift.force = 'party_member') as party_member,
    count(*) filter (where shift.force = 'volunteer') as volunteer,
    count(*) filter (where shift.force = 'guard') as guard,
    case when bool_or(post.sign_in_kept) then count(shift.signed_in_at) filter (where post.sign_in_kept) end as signed_in
from shift_known($at, $known_at) as shift
inner join post on post.id = shift.subject_id
inner join needed on needed.post_class = post.post_class
where shift.subject_layer = 'checkpoints'
    and shift.starts_at < $until
    and $start < shift.ends_at
group by post.post_class, shift.starts_at, shift.ends_at
order by shift.starts_at, shift.ends_at, required desc, post.post_class
