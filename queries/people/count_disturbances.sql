-- how often somebody stood at the door of each household: after one start (a day ago) and after an earlier one (a week ago), and when last
-- parameters: areas, at, known_at, household, day_start, week_start, together_minutes
with at_door as (
    select household_id, area_id, effective_at
    from events_at('ledger.visit', $at, $known_at)
    where coalesce(outcome, '') <> 'phone_only'
        and effective_at > $week_start
        and ($household is null or household_id = $household)
    union all
    select episode.household_id, episode.area_id, reading.effective_at
    from events_at('ledger.reading', $at, $known_at) as reading
    inner join episode_at($at, $known_at) as episode using (episode_id)
    where coalesce(reading.channel, 'visit') = 'visit'
        and reading.effective_at > $week_start
        and episode.household_id is not null
        and ($household is null or episode.household_id = $household)
),
-- who comes together, or reads several people in one call, disturbs once: what follows within minutes belongs to the same call
called as (
    select
        household_id, area_id, effective_at,
        coalesce(
            effective_at - lag(effective_at) over (partition by household_id order by effective_at) > to_minutes($together_minutes::integer),
            true
        ) as begins
    from at_door
),
counted as (
    select
        household_id,
        arg_max(area_id, effective_at) as area_id,
        count(*) filter (where begins and effective_at > $day_start) as day,
        count(*) filter (where begins) as week,
        max(effective_at) as last_at
    from called
    group by household_id
)
select
    household_id, coalesce(household.area_id, counted.area_id) as area_id,
    coalesce(area.name, household.area_id, counted.area_id) as area_name, day, week, last_at
from counted
left join household_at($at, $known_at) as household using (household_id)
left join feature_at('areas', $at, $known_at) as area on area.id = coalesce(household.area_id, counted.area_id)
where $areas is null or list_contains($areas, coalesce(household.area_id, counted.area_id))
order by week desc, day desc, household_id
