-- leaflets, banners and broadcasts by reporting unit; what lies in none stands under its own area
-- parameters: areas, at, known_at
with told as (
    select
        coalesce(unit.unit_id, outreach.area_id) as unit_id,
        coalesce(unit.unit_name, area.name, outreach.area_id) as unit_name,
        outreach.kind, outreach.quantity, outreach.effective_at
    from events_at('ledger.outreach', $at, $known_at) as outreach
    left join reporting_unit_at($at, $known_at) as unit on unit.area_id = outreach.area_id
    left join feature_at('areas', $at, $known_at) as area on area.id = outreach.area_id
    where $areas is null or list_contains($areas, outreach.area_id)
)
select
    unit_id, unit_name,
    coalesce(sum(quantity) filter (where kind = 'leaflet'), 0)::bigint as leaflet,
    coalesce(sum(quantity) filter (where kind = 'banner'), 0)::bigint as banner,
    coalesce(sum(quantity) filter (where kind = 'broadcast'), 0)::bigint as broadcast,
    coalesce(sum(quantity) filter (where kind not in ('leaflet', 'banner', 'broadcast')), 0)::bigint as other,
    max(effective_at) as last_at
from told
group by unit_id, unit_name
order by unit_name, unit_id
