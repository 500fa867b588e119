-- what a ledger file holds: its tables, and whatever else, which has no business there
-- parameters: none
select 'table' as kind, schema_name || '.' || table_name as name from duckdb_tables() where database_name = 'ledger'
union all
select 'view', schema_name || '.' || view_name from duckdb_views() where database_name = 'ledger' and not internal
union all
select 'function', schema_name || '.' || function_name from duckdb_functions() where database_name = 'ledger' and not internal
union all
select 'sequence', schema_name || '.' || sequence_name from duckdb_sequences() where database_name = 'ledger'
union all
select 'type', schema_name || '.' || type_name from duckdb_types() where database_name = 'ledger' and not internal
union all
select 'index', schema_name || '.' || index_name from duckdb_indexes() where database_name = 'ledger'
order by kind, name
