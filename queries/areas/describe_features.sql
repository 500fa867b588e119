-- every feature of one layer as described at a moment, attributes still as JSON
-- parameters: layer, at, known_at
select id, name, geometry, attributes
from feature_at($layer, $at, $known_at)
order by id
