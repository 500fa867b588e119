-- the tables of a daily report in which something was recorded after a moment and up to another that took effect by a third
-- parameters: at, known_at, since
select distinct
    case
        when event_table = 'void' then 'undone'
        when event_table = 'isolation_event' then 'episodes'
        when event_table = 'reading' then 'readings'
        when layer = 'areas' then 'areas'
        else 'work'
    end as name
from every_event
where (
        event_table in ('area_event', 'checkpoint_event', 'entrance_event', 'supply_event', 'visit', 'isolation_event', 'reading', 'void')
        or (event_table = 'feature_event' and layer in ('areas', 'checkpoints', 'entrances'))
    )
    and recorded_at > $since
    and recorded_at <= $known_at
    -- an undoing says nothing of when what it undoes took effect
    and (event_table = 'void' or effective_at <= $at)
order by name
