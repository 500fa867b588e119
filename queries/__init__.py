"""Every SQL statement, and the only door to DuckDB."""
