"""Backup and restore: what goes in comes out, and a bad file touches nothing."""

from __future__ import annotations

import itertools
import stat
import threading
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from errors import AccessDenied, InputError
from ledgers import backup
from ledgers.backup import restore_backup, write_backup
from queries import landing
from queries.layers import feature_events
from queries.ledger import untouched
from queries.store import LOCAL, Store, Viewer, open_store


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
    write_backup(store, LOCAL, tmp_path / "b.zip")
    with open_store(tmp_path / "there") as other:
        assert restore_backup(other, LOCAL, tmp_path / "b.zip") is None
        assert names(other) == ["医院"]
        add(other, "公园")
        assert names(other) == ["公园", "医院"]
    with open_store(tmp_path / "there") as again:
        assert names(again) == ["公园", "医院"]
        assert sorted(gpd.read_parquet(again.path / "layers" / "venues.parquet")["id"]) == ["公园", "医院"]


def test_what_was_there_is_kept_and_the_revision_moves_on(store: Store, tmp_path: Path) -> None:
    write_backup(store, LOCAL, tmp_path / "b.zip")
    add(store, "later")
    revision = store.revision
    kept = restore_backup(store, LOCAL, tmp_path / "b.zip")
    assert names(store) == ["医院"]
    assert store.revision > revision
    assert kept is not None
    restore_backup(store, LOCAL, kept)
    assert names(store) == ["later", "医院"]


@pytest.mark.parametrize(
    "entries",
    [
        {"../evil": "x", "ledger.duckdb": "x"},
        {"layers/a.parquet": "x"},
        {"ledger.duckdb": "not a ledger" * 500},
        {"ledger.duckdb": ""},
        {"./": "", "ledger.duckdb": "x"},
        {"ledger.duckdb/x": "x", "ledger.duckdb": "x"},
        {"layers": "x", "ledger.duckdb": "x"},
        {"layers/a": "x", "layers/a/b": "x", "ledger.duckdb": "x"},
    ],
)
def test_a_file_that_is_no_backup_changes_nothing(store: Store, tmp_path: Path, entries: dict[str, str]) -> None:
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        for name, text in entries.items():
            archive.writestr(name, text)
    refused(store, tmp_path / "bad.zip")
    assert not (tmp_path / "evil").exists()


def refused(store: Store, file: Path) -> None:
    """Check that a file is refused by its own name, and that nothing has changed."""
    with pytest.raises(InputError) as caught:
        restore_backup(store, LOCAL, file)
    assert file.name in str(caught.value)
    assert landing.STAGING not in str(caught.value)
    assert names(store) == ["医院"]
    assert not any((store.path / landing.STAGING).iterdir())


def test_locked_odd_and_linked_zips_are_refused(store: Store, tmp_path: Path) -> None:
    write_backup(store, LOCAL, tmp_path / "good.zip")
    good = (tmp_path / "good.zip").read_bytes()

    def patched(name: str, offset: int, central: int, value: bytes) -> None:
        # Where a zip file says how an entry is packed, in front of it and in its table of contents (APPNOTE 4.3.7 and 4.3.12).
        data, first = bytearray(good), good.index(b"PK\x01\x02")
        data[offset : offset + 2] = data[first + central : first + central + 2] = value
        (tmp_path / name).write_bytes(data)

    patched("password.zip", 6, 8, b"\x01\x00")
    patched("method.zip", 8, 10, b"\x63\x00")
    damaged = bytearray(good)
    damaged[60:300] = b"\xff" * 240
    (tmp_path / "deflate.zip").write_bytes(damaged)
    link = zipfile.ZipInfo("layers/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "good.zip") as source, zipfile.ZipFile(tmp_path / "link.zip", "w") as archive:
        archive.writestr("ledger.duckdb", source.read("ledger.duckdb"))
        archive.writestr(link, "/etc/passwd")
    (tmp_path / "folder.zip").mkdir()
    for name in ("password.zip", "method.zip", "deflate.zip", "link.zip", "folder.zip"):
        refused(store, tmp_path / name)


def test_bombs_damaged_and_missing_files_are_refused(store: Store, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ledger.duckdb", b"\0" * 30_000_000)
    (tmp_path / "text.zip").write_text("no zip")
    for name in ("bomb.zip", "text.zip", "missing.zip"):
        with pytest.raises(InputError):
            restore_backup(store, LOCAL, tmp_path / name)
    assert names(store) == ["医院"]


def test_a_place_that_cannot_be_written_is_named(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        write_backup(store, LOCAL, tmp_path / "no" / "such" / "folder" / "b.zip")


def test_a_backup_is_private_and_lies_outside_what_it_holds(store: Store, tmp_path: Path) -> None:
    write_backup(store, LOCAL, tmp_path / "b.zip")
    assert stat.S_IMODE((tmp_path / "b.zip").stat().st_mode) == 0o600
    for place in ("layers/b.zip", "network/b.zip", "ledger.duckdb", ".staging/b.zip"):
        with pytest.raises(InputError, match="own files"):
            write_backup(store, LOCAL, store.path / place)
    assert names(store) == ["医院"]


class Killed(BaseException):
    """Stands for the death of the process."""


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", range(6))
def test_a_restore_killed_at_any_move_is_finished_on_opening(tmp_path: Path, step: int, when: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(tmp_path / "here") as store:
        add(store, "old")
        (store.path / "network").mkdir()
        (store.path / "network" / "ways").write_text("old")
    with open_store(tmp_path / "there") as other:
        add(other, "new")
        write_backup(other, LOCAL, tmp_path / "b.zip")
    steps = itertools.count()

    def dying(act):
        def perform(*args):
            now = next(steps) == step
            if now and when == "before":
                raise Killed
            act(*args)
            if now:
                raise Killed

        return perform

    store = open_store(tmp_path / "here")
    with monkeypatch.context() as patched:
        for name in ("write_manifest", "move", "remove", "discard"):
            patched.setattr(landing, name, dying(getattr(landing, name)))
        with pytest.raises(Killed):
            restore_backup(store, LOCAL, tmp_path / "b.zip")
    store.close()
    assert not untouched(tmp_path / "here" / "ledger.duckdb")
    with open_store(tmp_path / "here") as again:
        decided = (step, when) != (0, "before")
        assert names(again) == (["new"] if decided else ["old"])
        assert (again.path / "network").exists() != decided
        assert sorted(gpd.read_parquet(again.path / "layers" / "venues.parquet")["id"]) == names(again)
        assert not any((again.path / landing.STAGING).iterdir())
        assert again.revision > 1 or not decided


def test_the_log_of_the_old_ledger_is_not_played_into_the_new_one(store: Store, tmp_path: Path) -> None:
    write_backup(store, LOCAL, tmp_path / "b.zip")
    add(store, "later")
    log = store.path / "ledger.duckdb.wal"
    assert log.exists()
    content = log.read_bytes()
    with landing.staged(store.path, landing.RESTORE + "1") as folder:
        backup._unfold(tmp_path / "b.zip", folder / "workspace")
        landing.write_manifest(folder, {"ledger.duckdb.wal": None, "ledger.duckdb": folder / "workspace" / "ledger.duckdb"})
    store.close()
    log.write_bytes(content)  # closing folded it in; a kill would not have
    with open_store(store.path) as again:
        assert names(again) == ["医院"]


def test_what_was_saved_before_is_never_replaced(store: Store, tmp_path: Path) -> None:
    store.set_settings(LOCAL, {"clock": "2020-02-12T18:00"})
    write_backup(store, LOCAL, tmp_path / "b.zip")
    kept = [restore_backup(store, LOCAL, tmp_path / "b.zip") for _ in range(3)]
    assert len(set(kept)) == 3
    assert all(file is not None and file.exists() for file in kept)


def test_nothing_is_lost_between_the_safety_backup_and_the_exchange(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_backup(store, LOCAL, tmp_path / "b.zip")
    saved = threading.Event()
    writer = threading.Thread(target=lambda: (saved.wait(), add(store, "meanwhile")))
    writer.start()

    def write_and_tell(*args) -> None:
        write_backup(*args)
        saved.set()
        writer.join(0.2)  # as long as it is given, it must not get through

    monkeypatch.setattr(backup, "write_backup", write_and_tell)
    restore_backup(store, LOCAL, tmp_path / "b.zip")
    writer.join()
    assert names(store) == ["meanwhile", "医院"]


def test_readers_go_on_while_backups_are_restored(store: Store, tmp_path: Path) -> None:
    roads = gpd.GeoDataFrame({"id": ["r"], "name": ["r"]}, geometry=[shapely.LineString([(0, 0), (1, 1)])], crs=4326)
    landing.write_parquet(roads, store.path / "layers" / "roads.parquet")
    write_backup(store, LOCAL, tmp_path / "b.zip")
    done, seen, failures = threading.Event(), [], []

    def read() -> None:
        try:
            while not done.is_set():
                seen.append((names(store), store.layer("roads", LOCAL)["id"].tolist()))
        except BaseException as error:
            failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for _ in range(5):
        restore_backup(store, LOCAL, tmp_path / "b.zip")
    done.set()
    for reader in readers:
        reader.join()
    assert failures == []
    assert pd.Series([str(s) for s in seen]).unique().tolist() == ["(['医院'], ['r'])"]


def test_who_sees_some_areas_neither_saves_nor_replaces_the_whole(store: Store, tmp_path: Path) -> None:
    add(store, "医院")
    write_backup(store, LOCAL, tmp_path / "b.zip")
    grid, reader = Viewer("grid", "local", frozenset({"a"})), Viewer("auditor", "reader")
    with pytest.raises(AccessDenied):
        write_backup(store, grid, tmp_path / "mine.zip")
    for viewer in (grid, reader):
        with pytest.raises(AccessDenied):
            restore_backup(store, viewer, tmp_path / "b.zip")
    assert not (tmp_path / "mine.zip").exists() and names(store) == ["医院"]
