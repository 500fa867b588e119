-- the settings of the workspace
-- parameters: none
select key, value from ledger.workspace_setting order by key
