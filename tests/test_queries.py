"""The registry of statements, tested whole: every file is described, runs, and returns what its layer declares."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from queries.layers import LAYERS, event_sourced_layers
from queries.statements import FILES, GENERATED, SQL
from queries.store import LOCAL, Store, open_store, query

STATEMENTS = sorted(FILES.keys() | GENERATED.keys())
WRITES = ("append_", "set_", "purge_")
# Figures of the store itself and descriptions inside it: no subject of theirs belongs to an area.
WITHOUT_SCOPE = {
    "area_descendants",
    "batch_exists",
    "describe_features",
    "feature_stamps",
    "find_first_record",
    "list_chained_voids",
    "list_objects",
    "list_recorded_tables",
    "list_records_since",
    "select_batches",
    "select_batch_events",
    "select_only_root",
    "select_past_retention",
    "select_settings",
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    with open_store(tmp_path_factory.mktemp("workspace")) as opened:
        yield opened


@pytest.mark.parametrize("path", sorted(SQL.rglob("*.sql")), ids=lambda p: str(p.relative_to(SQL)))
def test_a_statement_says_what_it_returns_and_takes(path: Path) -> None:
    first, second, *rest = path.read_text("utf-8").splitlines()
    assert re.match(r"-- \w.{10,}", first)
    assert second.startswith("-- parameters: ")
    if path in FILES.values():
        bound = set(re.findall(r"\$(\w+)", "\n".join(rest)))
        assert bound == set(query(path.stem).parameters)


def test_a_bare_name_is_one_statement_and_its_source_a_file() -> None:
    assert len(FILES) + len([*SQL.glob("macros/*.sql"), *SQL.glob("schema/*.sql")]) == len(list(SQL.rglob("*.sql")))
    assert not FILES.keys() & GENERATED.keys()
    assert all((SQL / query(name).source).is_file() for name in STATEMENTS)


@pytest.mark.parametrize("name", [n for n in STATEMENTS if not n.startswith(WRITES)])
def test_a_statement_runs_on_an_empty_workspace(name: str, store: Store) -> None:
    frame = store.run(name, LOCAL)
    assert len(frame.columns) == len(set(frame.columns)) > 0


@pytest.mark.parametrize("layer", list(event_sourced_layers()), ids=lambda layer: layer.name)
def test_a_layer_query_returns_the_columns_of_the_registry(layer, store: Store) -> None:
    columns = set(store.run(f"select_{layer.name}", LOCAL).columns)
    assert {"id", "name", "geometry", *layer.described} <= columns


def test_every_layer_loads_empty(store: Store) -> None:
    for name, layer in LAYERS.items():
        frame = store.layer(name, LOCAL)
        assert len(frame) == 0
        assert {"id", "name", "geometry", *layer.described} <= set(frame.columns)
        assert frame.crs == "EPSG:4326"


@pytest.mark.parametrize("name", [n for n in STATEMENTS if not n.startswith(WRITES) and n not in WITHOUT_SCOPE])
def test_a_statement_about_subjects_is_scoped(name: str) -> None:
    assert "areas" in query(name).parameters, f"{name}.sql does not bind the viewer's scope"
