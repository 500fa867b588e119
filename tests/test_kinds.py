"""The registry of kinds against the schema, and what is made from it: nothing that is recorded is left out anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from ledgers.people import privacy
from ledgers.people.retention import RETENTION_DAYS
from queries.columns import TITLES
from queries.kinds import KINDS, TRACE
from queries.layers import event_sourced_layers
from queries.statements import SQL
from queries.store import LOCAL, Batch, Store, open_store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(tmp_path_factory.mktemp("w")) as opened:
        yield opened


def columns(store: Store) -> dict[str, list[str]]:
    rows = store._cursor().execute(
        "select table_name, list(column_name order by column_index) from duckdb_columns() where database_name = 'ledger' group by all"
    )
    return dict(rows.fetchall())


def test_the_registry_has_every_event_table_of_the_schema_with_its_columns(store: Store) -> None:
    found = {table: set(names) for table, names in columns(store).items() if {*TRACE} <= set(names)}
    assert found == {table: {*kind.columns, *TRACE} for table, kind in KINDS.items()}
    for kind in KINDS.values():
        assert len(set(kind.columns)) == len(kind.columns), kind.table


def test_what_a_kind_says_of_its_columns_names_columns_that_it_has(store: Store) -> None:
    for kind in KINDS.values():
        named = {*kind.story.values(), *([kind.feature] if kind.feature else []), *([kind.via[1]] if kind.via else [])}
        assert named <= set(kind.columns), kind.table
        assert {*kind.mentions} <= KINDS.keys()
        if kind.retention:
            assert not kind.retention.last_of or KINDS[kind.retention.last_of].key
            assert kind.retention.blanked.keys() == kind.retention.unblanked.keys() <= kind.personal.keys()
        assert bool(kind.retention) == bool(kind.personal), f"what is personal in {kind.table} needs an end"


def test_what_is_personal_is_said_by_the_program_and_not_by_the_file(tmp_path: Path) -> None:
    with open_store(tmp_path / "w") as store:
        store._connection.execute("comment on column ledger.person_event.name is null")
        store.append(LOCAL, {"person_event": pd.DataFrame([{"person_id": "p", "area_id": "a", "name": "张三"}])})
        assert privacy.masked(store, "person_event", store.run("select_known_persons", LOCAL))["name"].tolist() == ["张*"]
        assert RETENTION_DAYS["person_event"] == 365


def test_a_record_of_any_kind_is_found_wherever_all_kinds_are_read(tmp_path: Path) -> None:
    """Of an import: undone with it, and its batch stands while it does; recorded since, unless it tells of the work with the records."""
    with open_store(tmp_path / "w") as store:
        batches = {table: Batch("ledger", table) for table in KINDS if table != "void"}
        ids = {}
        for table, batch in batches.items():
            row = {"attributes": "{}", "withdrawn": False} if table == "feature_event" else {"source": "file"}
            (ids[table],) = store.append(LOCAL, {table: pd.DataFrame([row])}, batch=batch)
        for table, batch in batches.items():
            assert store.run("select_batch_events", LOCAL, batch_id=batch.batch_id)["event_id"].tolist() == [ids[table]]
        found = store.run("select_event_ids", LOCAL, ids=list(ids.values()))
        assert dict(zip(found["event_table"], found["event_id"], strict=True)) == ids
        assert store.run("select_batches", LOCAL)["stands"].all()
        since = store.run("list_records_since", LOCAL, since=datetime.now().astimezone() - timedelta(days=1))["name"]
        assert set(since) == {table for table in batches if not KINDS[table].office}
        store.undo(LOCAL, list(ids.values()))
        assert not store.run("select_batches", LOCAL)["stands"].any()


def test_the_as_of_sentences_stand_once() -> None:
    texts = {path.name: re.sub(r"\s+", " ", path.read_text("utf-8")) for path in SQL.rglob("*.sql")}
    at_a_moment = r"effective_at <= \S+ and (\w+\.)?recorded_at <= \S+ and (\w+\.)?event_id not in \(select target_id from undone_at"
    assert [name for name, text in texts.items() if re.search(at_a_moment, text)] == ["events_at.sql"]
    last = r"order by (\w+\.)?(effective_at|since) desc, (\w+\.)?recorded_at desc, (\w+\.)?event_id desc ?\) = 1"
    assert [name for name, text in texts.items() if re.search(last, text)] == ["is_latest.sql"]


def test_the_schema_has_no_secondary_index_and_no_unique_constraint(store: Store) -> None:
    """DuckDB loses the entries of those after a crash; a primary key it keeps."""
    assert store._cursor().execute("select * from duckdb_indexes() where database_name = 'ledger'").fetchall() == []
    kinds = store._cursor().execute("select distinct constraint_type from duckdb_constraints() where database_name = 'ledger'").fetchall()
    assert {kind for (kind,) in kinds} <= {"PRIMARY KEY", "NOT NULL"}
    for path in (SQL / "schema").glob("*.sql"):
        code = "\n".join(line for line in path.read_text("utf-8").splitlines() if not line.startswith("--"))
        assert not re.search(r"\bindex\b|\bunique\b", code), path.name


def test_a_column_is_called_the_same_in_every_layer() -> None:
    for layer in event_sourced_layers():
        for column in layer.columns:
            assert TITLES.get(column.name, "") == column.title, f"{layer.name}.{column.name}"
            assert not column.shown or column.title, "what pages show has a name"
