-- the personal columns of the event tables, and the kind of each (ledgers.people.privacy says what lists do with it)
-- parameters: none
select table_name, column_name, regexp_extract(comment, '^personal: (\w+)$', 1) as kind
from duckdb_columns()
where database_name = 'ledger' and starts_with(comment, 'personal: ')
order by table_name, column_index
