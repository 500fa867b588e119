"""Backup and restore: what goes in comes out, and a bad file touches nothing."""

from __future__ import annotations

import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from errors import InputError
from ledgers.backup import restore_backup, write_backup
from queries.layers import feature_events
from queries.store import LOCAL, Store, open_store


def add(store: Store, name: str) -> None:
    frame = gpd.GeoDataFrame({"id": [name], "name": [name]}, geometry=[shapely.Point(1, 2)], crs=4326)
    store.append(LOCAL, {"feature_event": feature_events("venues", frame)})


def names(store: Store) -> list[str]:
    return sorted(store.layer("venues", LOCAL)["id"])


@pytest.fixture
def store(tmp_path: Path) -> Store:
    with open_store(tmp_path / "here") as opened:
        add(opened, "医院")
        yield opened


def test_a_workspace_moves_in_one_file(store: Store, tmp_path: Path) -> None:
    write_backup(store, tmp_path / "b.zip")
    with open_store(tmp_path / "there") as other:
        assert restore_backup(other, tmp_path / "b.zip") is None
        assert names(other) == ["医院"]
        add(other, "公园")
        assert names(other) == ["公园", "医院"]
    with open_store(tmp_path / "there") as again:
        assert names(again) == ["公园", "医院"]
        assert sorted(gpd.read_parquet(again.path / "layers" / "venues.parquet")["id"]) == ["公园", "医院"]


def test_what_was_there_is_kept_and_the_revision_moves_on(store: Store, tmp_path: Path) -> None:
    write_backup(store, tmp_path / "b.zip")
    add(store, "later")
    revision = store.revision
    kept = restore_backup(store, tmp_path / "b.zip")
    assert names(store) == ["医院"]
    assert store.revision > revision
    assert kept is not None
    restore_backup(store, kept)
    assert names(store) == ["later", "医院"]


@pytest.mark.parametrize(
    "entries", [{"../evil": "x", "ledger.duckdb": "x"}, {"layers/a.parquet": "x"}, {"ledger.duckdb": "not a ledger" * 500}]
)
def test_a_file_that_is_no_backup_changes_nothing(store: Store, tmp_path: Path, entries: dict[str, str]) -> None:
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        for name, text in entries.items():
            archive.writestr(name, text)
    with pytest.raises(InputError):
        restore_backup(store, tmp_path / "bad.zip")
    assert names(store) == ["医院"]
    assert not (tmp_path / "evil").exists()
    assert not list(store.path.glob(".restore-*"))


def test_bombs_damaged_and_missing_files_are_refused(store: Store, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ledger.duckdb", b"\0" * 30_000_000)
    (tmp_path / "text.zip").write_text("no zip")
    for name in ("bomb.zip", "text.zip", "missing.zip"):
        with pytest.raises(InputError):
            restore_backup(store, tmp_path / name)
    assert names(store) == ["医院"]


def test_a_place_that_cannot_be_written_is_named(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        write_backup(store, tmp_path / "no" / "such" / "folder" / "b.zip")
