-- the personal columns of the event tables, and of what kind each is: name, phone, id_number, address, text, date, health
-- parameters: none
select table_name, column_name, regexp_extract(comment, '^personal: (\w+)$', 1) as kind
from duckdb_columns()
where database_name = 'ledger' and starts_with(comment, 'personal: ')
order by table_name, column_index
