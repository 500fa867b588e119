-- which of some ids are those of visits that are written already, undone or not
-- parameters: areas, ids
select event_id from ledger.visit where list_contains($ids, event_id) and ($areas is null or list_contains($areas, area_id))
