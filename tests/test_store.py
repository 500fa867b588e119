"""The store: events, replay, undo, scope, clock, crash safety of files, one process at a time."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from errors import AccessDenied, Changed, InputError, NotFound, StoreBusy
from queries.landing import write_manifest, write_parquet
from queries.layers import feature_events
from queries.ledger import untouched
from queries.store import LOCAL, Batch, Store, Viewer, open_store
from tests.township import NOW, township

DAY = datetime(2020, 2, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    with open_store(tmp_path / "workspace") as opened:
        yield opened


def areas(**parents: str | None) -> pd.DataFrame:
    frame = gpd.GeoDataFrame(
        {"id": list(parents), "name": list(parents), "parent_id": list(parents.values()), "level": "grid"},
        geometry=[None] * len(parents),
        crs=4326,
    )
    return feature_events("areas", frame)


def entrances(**area_ids: str | None) -> pd.DataFrame:
    points = [shapely.Point(i, i) for i in range(len(area_ids))]
    frame = gpd.GeoDataFrame({"id": list(area_ids), "name": list(area_ids), "area_id": list(area_ids.values())}, geometry=points, crs=4326)
    return feature_events("entrances", frame)


def order(entrance: str, mode: str, effective_at: datetime, recorded_at: datetime | None = None) -> pd.DataFrame:
    return pd.DataFrame(
        {"entrance_id": [entrance], "mode": [mode], "effective_at": [effective_at], "recorded_at": [recorded_at or effective_at]}
    )


def mode(store: Store, at: datetime, known_at: datetime | None = None) -> str | None:
    value = store.layer("entrances", LOCAL, at=at, known_at=known_at)["mode"].iloc[0]
    return None if pd.isna(value) else value


def test_what_was_so_and_what_we_knew_are_told_apart(store: Store) -> None:
    store.append(LOCAL, {"feature_event": entrances(e=None).assign(recorded_at=DAY)})
    store.append(LOCAL, {"entrance_event": order("e", "open_24h", DAY)})
    store.append(LOCAL, {"entrance_event": order("e", "sealed", DAY + timedelta(hours=2), DAY + timedelta(hours=9))})
    assert mode(store, DAY - timedelta(seconds=1)) is None
    assert mode(store, DAY + timedelta(hours=1)) == "open_24h"
    assert mode(store, DAY + timedelta(hours=3)) == "sealed"
    assert mode(store, DAY + timedelta(hours=3), known_at=DAY + timedelta(hours=8)) == "open_24h"
    assert mode(store, DAY + timedelta(hours=3), known_at=DAY + timedelta(hours=9)) == "sealed"


times = st.integers(0, 6)
# Each event with its voids, and each void with the moment it was itself undone, if it was.
voids = st.lists(st.tuples(times, st.none() | times), max_size=2)
histories = st.lists(st.tuples(times, times, st.sampled_from(["sealed", "open_24h"]), voids), max_size=6)


def undone(known: int, history: list[tuple[int, int | None]]) -> bool:
    return any(voided <= known and not (redone is not None and redone <= known) for voided, redone in history)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(tmp_path_factory.mktemp("w")) as opened:
        yield opened


@settings(max_examples=25, deadline=None)
@given(history=histories, at=times, known=times)
def test_the_state_is_the_latest_event_known_and_not_undone(shared: Store, history, at: int, known: int) -> None:
    def hour(n: int) -> datetime:
        return DAY + timedelta(hours=n)

    gate = f"e{shared.revision}"  # each example has its own
    shared.append(LOCAL, {"feature_event": entrances(**{gate: None}).assign(recorded_at=hour(0))})
    events = []
    for effective, recorded, value, voided in history:
        (event_id,) = shared.append(LOCAL, {"entrance_event": order(gate, value, hour(effective), hour(recorded))})
        for undone_at, redone_at in voided:
            void = {"target_id": [event_id], "recorded_at": [hour(undone_at)]}
            (void_id,) = shared.append(LOCAL, {"void": pd.DataFrame(void)})
            if redone_at is not None:
                shared.append(LOCAL, {"void": pd.DataFrame({"target_id": [void_id], "recorded_at": [hour(redone_at)]})})
        events.append((effective, recorded, event_id, value, voided))
    live = [e for e in events if e[0] <= at and e[1] <= known and not undone(known, e[4])]
    expected = max(live)[3] if live else None
    found = shared.layer("entrances", LOCAL, at=hour(at), known_at=hour(known)).set_index("id")["mode"][gate]
    assert (None if pd.isna(found) else found) == expected


def test_undo_is_an_event_and_leaves_the_trace(store: Store) -> None:
    store.append(LOCAL, {"feature_event": entrances(e=None)})
    (event_id,) = store.append(LOCAL, {"entrance_event": order("e", "sealed", DAY)})
    before = store.revision
    store.undo(LOCAL, [event_id], reason="wrong gate")
    assert mode(store, DAY) is None
    assert store.revision == before + 1


def test_an_undo_can_be_undone(store: Store) -> None:
    (described,) = store.append(LOCAL, {"feature_event": entrances(e=None)})
    (event_id,) = store.append(LOCAL, {"entrance_event": order("e", "sealed", DAY)})
    (void_id,) = store.undo(LOCAL, [event_id])
    store.undo(LOCAL, [void_id])
    assert mode(store, DAY) == "sealed"
    path = store.path / "layers" / "entrances.parquet"
    (void_id,) = store.undo(LOCAL, [described])
    store.project()
    assert len(gpd.read_parquet(path)) == 0
    store.undo(LOCAL, [void_id])
    store.project()
    assert len(gpd.read_parquet(path)) == 1


def test_undoing_an_order_writes_no_layer_anew(store: Store) -> None:
    store.append(LOCAL, {"feature_event": entrances(e=None)})
    (event_id,) = store.append(LOCAL, {"entrance_event": order("e", "sealed", DAY)})
    store.project()
    files = sorted((store.path / "layers").iterdir())
    before = [(file, file.stat().st_ino, file.stat().st_mtime_ns) for file in files]
    store.undo(LOCAL, [event_id])
    store.project()
    assert files and before == [(file, file.stat().st_ino, file.stat().st_mtime_ns) for file in files]


def test_area_and_scope_include_descendants(store: Store) -> None:
    store.append(LOCAL, {"feature_event": areas(town=None, village="town", grid="village", other=None)})
    store.append(LOCAL, {"feature_event": entrances(a="grid", b="village", c="other", d=None)})
    assert store.layer("entrances", LOCAL, area="town")["id"].tolist() == ["a", "b"]
    assert store.layer("areas", LOCAL, area="village")["id"].tolist() == ["grid", "village"]
    worker = Viewer("worker", "grid_worker", frozenset({"village"}))
    assert store.layer("entrances", worker)["id"].tolist() == ["a", "b"]
    assert store.layer("entrances", worker, area="grid")["id"].tolist() == ["a"]
    with pytest.raises(NotFound):
        store.layer("entrances", worker, area="other")
    with pytest.raises(NotFound):
        store.layer("entrances", LOCAL, area="nowhere")
    with pytest.raises(AccessDenied):
        store.run("describe_features", worker, layer="entrances")
    with pytest.raises(AccessDenied):
        store.append(Viewer("guest", "reader"), {"entrance_event": order("a", "sealed", DAY)})


def test_an_area_that_is_its_own_ancestor_does_not_hang(store: Store) -> None:
    store.append(LOCAL, {"feature_event": areas(a="b", b="a")})
    assert store.layer("areas", LOCAL, area="a")["id"].tolist() == ["a", "b"]


def test_a_time_without_offset_is_in_the_workspace_zone(store: Store) -> None:
    assert store.moment("2020-02-12T18:00").isoformat() == "2020-02-12T18:00:00+08:00"
    assert store.moment("2020-02-12T10:00Z").isoformat() == "2020-02-12T18:00:00+08:00"
    store.set_settings(LOCAL, {"time_zone": "Europe/Helsinki", "clock": "2020-02-12T18:00"})
    assert store.now().isoformat() == "2020-02-12T18:00:00+02:00"
    for bad in ("yesterday", "2020-02-30", "25:00", "9999-12-31", "0001-01-01", "1899-12-31", "2201-01-02"):
        with pytest.raises(InputError, match="is not a time"):
            store.moment(bad)
    with pytest.raises(InputError, match="time zone"):
        store.set_settings(LOCAL, {"time_zone": "Mars/Olympus"})


def test_the_projection_is_geoparquet_and_follows_the_events(store: Store) -> None:
    store.append(LOCAL, {"feature_event": entrances(a=None, b=None)})
    path = store.path / "layers" / "entrances.parquet"
    assert gpd.read_parquet(path).empty, "a commit writes no file that the program does not read"
    store.close()
    frame = gpd.read_parquet(path)
    assert frame["id"].tolist() == ["a", "b"]
    assert frame.crs == "EPSG:4326"
    path.unlink()
    (store.path / "layers" / ".stamps.json").unlink()
    with open_store(store.path):
        assert gpd.read_parquet(path)["id"].tolist() == ["a", "b"]


def test_a_withdrawn_feature_is_gone_from_its_moment_on(store: Store) -> None:
    frame = gpd.GeoDataFrame({"id": ["a"], "name": ["a"]}, geometry=[shapely.Point(1, 1)], crs=4326)
    store.append(LOCAL, {"feature_event": feature_events("entrances", frame)})
    store.append(LOCAL, {"feature_event": feature_events("entrances", frame, effective_at=DAY, withdrawn=True)})
    assert len(store.layer("entrances", LOCAL, at=DAY - timedelta(minutes=1))) == 1
    assert len(store.layer("entrances", LOCAL, at=DAY)) == 0


def test_staffed_means_rostered_unless_sign_ins_are_kept_and_missing(store: Store) -> None:
    store.append(LOCAL, {"feature_event": entrances(e=None)})
    shift = {"subject_layer": ["entrances"], "subject_id": ["e"], "person": ["甲"], "phone": ["1"]}
    times = {"starts_at": [DAY], "ends_at": [DAY + timedelta(hours=8)], "effective_at": [DAY]}
    (shift_id,) = store.append(LOCAL, {"duty_shift": pd.DataFrame({**shift, **times})})

    def staffed(hours: float) -> bool:
        return bool(store.layer("entrances", LOCAL, at=DAY + timedelta(hours=hours))["staffed"].iloc[0])

    assert [staffed(h) for h in (-1, 0, 7.9, 8)] == [False, True, True, False]
    store.append(LOCAL, {"entrance_event": order("e", "open_24h", DAY - timedelta(days=1)).assign(sign_in_kept=True)})
    assert not staffed(1)
    signed = pd.DataFrame({"shift_id": [shift_id], "person": ["甲"], "effective_at": [DAY + timedelta(minutes=5)]})
    store.append(LOCAL, {"sign_in": signed})
    assert [staffed(h) for h in (0, 1)] == [False, True]


def test_an_expired_seal_stands_and_is_overdue(store: Store) -> None:
    store.append(LOCAL, {"feature_event": entrances(e=None)})
    store.append(LOCAL, {"entrance_event": order("e", "sealed", DAY).assign(expires_at=DAY + timedelta(days=1))})
    before, after = (store.layer("entrances", LOCAL, at=DAY + timedelta(days=d)) for d in (0.5, 1))
    assert (before["mode"].iloc[0], bool(before["overdue"].iloc[0])) == ("sealed", False)
    assert (after["mode"].iloc[0], bool(after["overdue"].iloc[0])) == ("sealed", True)


def staged(store: Store, batch: Batch, name: str) -> dict[str, Path]:
    frame = gpd.GeoDataFrame({"id": ["n1"], "name": [name]}, geometry=[shapely.Point(0, 0)], crs=4326)
    path = store.staging(batch) / "junctions.parquet"
    write_parquet(frame, path)
    return {"layers/junctions.parquet": path}


def test_files_land_with_their_batch(store: Store) -> None:
    batch = Batch("osm", "x.osm")
    store.append(LOCAL, {}, batch=batch, files=staged(store, batch, "one"))
    assert store.layer("junctions", LOCAL)["name"].tolist() == ["one"]
    assert not any((store.path / ".staging").iterdir())


def test_a_crash_before_the_commit_leaves_nothing(store: Store) -> None:
    batch = Batch("osm", "x.osm")
    write_manifest(store.staging(batch), staged(store, batch, "half"))
    store.close()
    with open_store(store.path) as again:
        assert len(again.layer("junctions", LOCAL)) == 0
        assert not any((store.path / ".staging").iterdir())


def test_a_crash_after_the_commit_is_finished_on_opening(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = Batch("osm", "x.osm")
    with monkeypatch.context() as patched:
        patched.setattr("queries.landing.land", lambda *_: None)  # the process dies between commit and move
        store.append(LOCAL, {}, batch=batch, files=staged(store, batch, "whole"))
    assert len(store.layer("junctions", LOCAL)) == 0
    store.close()
    with open_store(store.path) as again:
        assert again.layer("junctions", LOCAL)["name"].tolist() == ["whole"]


def test_a_failing_append_writes_nothing(store: Store) -> None:
    good, bad = entrances(a=None), pd.DataFrame({"entrance_id": ["a"], "no_such_column": [1]})
    with pytest.raises(duckdb.Error):
        store.append(LOCAL, {"feature_event": good, "entrance_event": bad})
    assert len(store.layer("entrances", LOCAL)) == 0


def test_a_second_process_is_told_who_holds_the_ledger(store: Store) -> None:
    code = (
        "import sys; from queries.store import open_store\ntry: open_store(sys.argv[1])\nexcept Exception as e: print(type(e).__name__, e)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(store.path)], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("StoreBusy")
    assert f"process {os.getpid()}" in done.stdout
    assert StoreBusy.exit_code == 2


def test_what_is_no_ledger_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ledger.duckdb").write_text("hello" * 1000)
    with pytest.raises(InputError, match="not a ledger"):
        open_store(tmp_path)
    with pytest.raises(InputError, match="no workspace"):
        open_store(tmp_path / "nowhere", create=False)


def test_a_ledger_of_a_newer_version_is_refused(store: Store) -> None:
    store.close()
    with duckdb.connect(str(store.path / "ledger.duckdb")) as connection:
        connection.execute("insert into schema_version values (999)")
    with pytest.raises(InputError, match="newer version"):
        open_store(store.path)


def test_a_road_layer_is_cut_to_an_area_as_it_was(store: Store) -> None:
    frame = gpd.GeoDataFrame({"id": ["r"], "name": ["r"], "area_id": ["a"]}, geometry=[shapely.LineString([(0, 0), (1, 1)])], crs=4326)
    write_parquet(frame, store.path / "layers" / "roads.parquet")
    area = gpd.GeoDataFrame({"id": ["a"], "name": ["a"], "level": ["grid"], "parent_id": [None]}, geometry=[None], crs=4326)
    store.append(LOCAL, {"feature_event": feature_events("areas", area)})
    store.append(LOCAL, {"feature_event": feature_events("areas", area, effective_at=DAY, withdrawn=True)})
    assert store.layer("roads", LOCAL, at=DAY - timedelta(days=1), area="a")["id"].tolist() == ["r"]
    with pytest.raises(NotFound):
        store.layer("roads", LOCAL, at=DAY, area="a")


def test_a_misspelt_parameter_is_an_error(store: Store) -> None:
    for wrong in ("layers", "areas", "untill"):
        with pytest.raises(TypeError, match=wrong):
            store.run("select_areas", LOCAL, **{wrong: None})
    assert store.run("describe_features", LOCAL, layer="areas", area=None, at=DAY, known_at=None).empty


def in_threads(*acts) -> list[BaseException]:
    """Run acts at once and return what they raised."""
    failures: list[BaseException] = []
    start = threading.Barrier(len(acts))

    def perform(act) -> None:
        start.wait()
        try:
            act()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=perform, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_of_two_who_act_on_the_same_revision_one_is_told(store: Store) -> None:
    store.append(LOCAL, {"feature_event": entrances(e=None)})
    revision = store.revision
    batch = Batch("osm", "x.osm")
    write_manifest(store.staging(batch), staged(store, batch, "late"))

    def act() -> None:
        store.append(LOCAL, {"entrance_event": order("e", "sealed", DAY)}, expected_revision=revision)

    (failure,) = in_threads(act, act)
    assert isinstance(failure, Changed)
    assert store.revision == revision + 1
    with pytest.raises(Changed):
        store.append(LOCAL, {}, batch=batch, files=staged(store, batch, "late"), expected_revision=revision)
    assert not any((store.path / ".staging").iterdir())


def test_nobody_writes_between_a_look_and_what_follows_from_it(store: Store) -> None:
    store.append(LOCAL, {"feature_event": entrances(e=None)})

    def seal_if_open() -> None:
        with store.writing():
            if mode(store, DAY) != "sealed":
                store.append(LOCAL, {"entrance_event": order("e", "sealed", DAY)})

    assert in_threads(*[seal_if_open] * 4) == []
    assert store.revision == 2


def test_a_ledger_holds_tables_of_ours_and_reaches_nothing_else(store: Store, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("x")
    for statement in (f"select * from read_text('{secret}')", "set enable_external_access = true", f"attach '{tmp_path / 'o'}' as o"):
        with pytest.raises(duckdb.Error):
            store._connection.execute(statement)
    store.close()
    statements = (
        "create view more as select 1 as one",
        "create table more (one integer)",
        "create macro more() as 1",
        "create sequence more",
        "create type more as enum ('one')",
        "create schema more; create table more.void (one integer)",
    )
    for number, statement in enumerate(statements):
        ledger = tmp_path / str(number) / "ledger.duckdb"
        ledger.parent.mkdir()
        ledger.write_bytes((store.path / "ledger.duckdb").read_bytes())
        open_store(ledger.parent).close()
        with duckdb.connect(str(ledger)) as connection:
            connection.execute(statement)
        with pytest.raises(InputError, match="not a ledger"):
            open_store(ledger.parent)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_workspace_is_its_owners_alone(tmp_path: Path) -> None:
    with open_store.__wrapped__(tmp_path / "workspace") as store:  # made, not copied
        store.append(LOCAL, {"feature_event": entrances(e=None)})
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o700
    for file in (store.path / "ledger.duckdb", *(store.path / "layers").iterdir()):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_a_workspace_without_its_ledger_is_not_untouched(store: Store) -> None:
    ledger = store.path / "ledger.duckdb"
    store.close()
    assert untouched(ledger)
    (store.path / ".staging" / "restore-1").mkdir(parents=True)
    assert not untouched(ledger)
    (store.path / ".staging" / "restore-1").rmdir()
    ledger.unlink()
    assert not untouched(ledger)
    assert untouched(store.path / "nowhere" / "ledger.duckdb")


def test_under_a_clock_that_stands_still_what_is_entered_is_not_known_before(tmp_path: Path) -> None:
    with township(tmp_path / "w") as store:
        note = {"layer": "junctions", "feature_id": "j1", "lon": 114.0, "lat": 35.0, "area_id": "a"}
        for status in ("requested", "covered"):
            store.append(LOCAL, {"mark": pd.DataFrame([{**note, "status": status}])})
        assert store.run("select_marks", LOCAL, known_at=NOW).empty
        assert store.run("select_marks", LOCAL)["status"].tolist() == ["covered"], "the later record of one moment counts"
