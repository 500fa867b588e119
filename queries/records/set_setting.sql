-- stores one setting of the workspace
-- parameters: key, value
insert or replace into ledger.workspace_setting values ($key, $value)
