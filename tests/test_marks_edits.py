"""Marks, road edits and entry points: events that count from a moment on, are seen by those who may, and can be undone."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import duckdb
import geopandas as gpd
import pytest
from shapely.geometry import LineString, Point
from township import NOW, township

from errors import AccessDenied, InputError, NotFound
from geo.edits import edited
from geo.network import RoadNetwork
from ledgers.backup import restore_backup
from ledgers.roads import entry_points, marks, road_edits
from queries.events import LOCAL, Viewer
from queries.landing import write_parquet
from queries.statements import SQL
from queries.store import Store, open_store
from queries.view import View

VILLAGE = Viewer("柳林村", areas=frozenset({"b"}))
J1, J2 = ("junctions", "n1", 114.05, 35.05), ("junctions", "n2", 114.15, 35.05)
INSIDE_A_ROAD = ("roads", "", 114.06, 35.06)


def junctions(**places: tuple[float, float]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"id": list(places), "name": "", "area_id": ["a" if x < 114.1 else "b" for x, _ in places.values()]},
        geometry=[Point(place) for place in places.values()],
        crs="EPSG:4326",
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with township(tmp_path) as opened:
        write_parquet(junctions(n1=(114.05, 35.05), n2=(114.15, 35.05)), tmp_path / "layers" / "junctions.parquet")
        yield opened


def statuses(store: Store, **when: object) -> dict[tuple[str, str], str]:
    frame = marks.marks(View(store, LOCAL, **when))
    return dict(zip(zip(frame["layer"], frame["feature_id"], strict=True), frame["status"], strict=True))


# Marks


def test_many_places_are_marked_at_once_and_undone_as_one(store: Store) -> None:
    revision = store.revision
    events = marks.mark_places(store, LOCAL, [J1, J2, INSIDE_A_ROAD, J1], status="requested", note=" 请设点 ")
    assert store.revision == revision + 1 and len(events) == 3
    frame = marks.marks(View(store, LOCAL)).set_index("feature_id")
    assert frame["status"].tolist() == ["requested"] * 3 and set(frame["note"]) == {"请设点"}
    assert frame.loc["n1", "recorded_by"] == "local" and frame.loc["n1", "since"] == NOW
    assert (frame.loc["n2"].geometry.x, frame.loc["n2"].geometry.y) == (114.15, 35.05) and frame.crs == "EPSG:4326"
    store.undo(LOCAL, events)
    assert marks.marks(View(store, LOCAL)).empty


def test_the_latest_mark_of_a_place_counts_at_each_moment(store: Store) -> None:
    marks.mark_places(store, LOCAL, [J1, INSIDE_A_ROAD], status="unmonitored", effective_at=NOW - timedelta(hours=5))
    marks.mark_places(store, LOCAL, [J1], status="requested", effective_at=NOW - timedelta(hours=2))
    last = marks.mark_places(store, LOCAL, [INSIDE_A_ROAD], status="dismissed")
    assert statuses(store) == {("junctions", "n1"): "requested", ("roads", ""): "dismissed"}
    assert statuses(store, at=NOW - timedelta(hours=3)) == {("junctions", "n1"): "unmonitored", ("roads", ""): "unmonitored"}
    assert statuses(store, at=NOW - timedelta(hours=6)) == {}
    store.undo(LOCAL, last)
    assert statuses(store)["roads", ""] == "unmonitored"


def test_two_places_inside_roads_are_two(store: Store) -> None:
    marks.mark_places(store, LOCAL, [INSIDE_A_ROAD, ("roads", "", 114.0601, 35.06)], status="requested")
    assert len(marks.marks(View(store, LOCAL))) == 2


@pytest.mark.parametrize(
    ("places", "status"),
    [
        ([], "requested"),
        ([J1], "watched"),
        ([("junctions", "n9", 114.05, 35.05)], "requested"),
        ([("lanes", "", 114.05, 35.05)], "requested"),
        ([J1, ("roads", "", 35.05, 114.05)], "requested"),
        ([("roads", "", float("nan"), 35.0)], "requested"),
    ],
)
def test_a_bad_mark_marks_nothing(store: Store, places: list[marks.Place], status: str) -> None:
    revision = store.revision
    with pytest.raises((InputError, NotFound)):
        marks.mark_places(store, LOCAL, places, status=status)
    assert store.revision == revision


def test_a_viewer_marks_and_sees_only_what_lies_in_their_areas(store: Store) -> None:
    marks.mark_places(store, LOCAL, [J1], status="requested")
    marks.mark_places(store, VILLAGE, [J2], status="covered")
    assert marks.marks(View(store, VILLAGE))["feature_id"].tolist() == ["n2"]
    for other in (J1, INSIDE_A_ROAD, ("junctions", "n1", 114.15, 35.05)):
        with pytest.raises((InputError, NotFound)):
            marks.mark_places(store, VILLAGE, [other], status="dismissed")
    with pytest.raises(AccessDenied):
        marks.mark_places(store, Viewer("guest", "reader"), [J1], status="dismissed")
    assert statuses(store)["junctions", "n1"] == "requested"


def test_marks_survive_an_import_by_position(store: Store) -> None:
    marks.mark_places(store, LOCAL, [J1], status="requested", note="县道路口")
    # n1 is now called m1 and lies 11 m further north; a junction 20 m from it is another one.
    again = junctions(n2=(114.15, 35.05), m3=(114.05, 35.05028), m1=(114.05, 35.0501))
    told = marks.of_features(marks.marks(View(store, LOCAL)), again)
    assert told.index.equals(again.index)
    assert told["mark_status"].dropna().to_dict() == {2: "requested"}
    assert told.loc[2, "mark_note"] == "县道路口" and told.loc[2, "mark_since"] == NOW and told["mark_since"].isna()[0]
    assert marks.of_features(marks.marks(View(store, LOCAL)), again, within_m=5)["mark_status"].isna().all()
    assert marks.of_features(marks.marks(View(store, LOCAL)), again, layer="roads")["mark_status"].isna().all()

    write_parquet(junctions(m1=(114.05, 35.05)), store.path / "layers" / "junctions.parquet")
    marks.mark_places(store, LOCAL, [J1], status="dismissed")
    assert statuses(store) == {("junctions", "n1"): "dismissed"}, "one that an import took away can be done with"
    marks.mark_places(store, LOCAL, [("junctions", "m1", 114.05, 35.05)], status="covered")
    assert statuses(store) == {("junctions", "m1"): "covered"}, "the same place, whatever it is called"


def test_a_mark_by_id_goes_before_one_nearby_and_does_not_spread(store: Store) -> None:
    near = junctions(n1=(114.05, 35.05), n3=(114.05, 35.0501), n4=(114.0502, 35.0502))
    marks.mark_places(store, LOCAL, [("junctions", "", 114.05, 35.05004)], status="unmonitored", effective_at=NOW - timedelta(hours=9))
    marks.mark_places(store, LOCAL, [J1], status="covered", effective_at=NOW - timedelta(hours=8))
    told = marks.of_features(marks.marks(View(store, LOCAL)), near)
    assert told["mark_status"].dropna().to_dict() == {0: "covered"}
    for n, (lat, status) in enumerate([(35.05012, "requested"), (35.05008, "dismissed"), (35.05013, "unmonitored")]):
        marks.mark_places(store, LOCAL, [("junctions", "", 114.05, lat)], status=status, effective_at=NOW - timedelta(hours=7 - n))
    told = marks.of_features(marks.marks(View(store, LOCAL)), near)
    assert told.loc[1, "mark_status"] in ("requested", "dismissed"), "one of the nearest two, 2.2 m away each"
    assert marks.of_features(marks.marks(View(store, LOCAL)), junctions())["mark_status"].tolist() == []
    assert marks.of_features(marks.marks(View(store, LOCAL))[:0], near)["mark_status"].isna().all()


# Road edits


def test_edits_hold_until_they_are_restored_or_undone(store: Store) -> None:
    struck = road_edits.strike(store, LOCAL, a=(114.05, 35.05), b=(114.06, 35.05), mode="drive", note="桥已拆")
    added = road_edits.add(
        store, LOCAL, a=(114.05, 35.05), b=(114.15, 35.06), mode="walk", note="便道", effective_at=NOW - timedelta(days=1)
    )
    frame = road_edits.edits(View(store, LOCAL)).set_index("edit_id")
    assert frame["action"].to_dict() == {struck.id: "strike", added.id: "add"}
    assert frame.loc[struck.id, ["lon_a", "lat_a", "lon_b", "lat_b", "mode", "note"]].tolist() == [
        114.05,
        35.05,
        114.06,
        35.05,
        "drive",
        "桥已拆",
    ]
    assert frame.loc[added.id].geometry.equals(LineString([(114.05, 35.05), (114.15, 35.06)]))
    assert road_edits.edits(View(store, LOCAL, at=NOW - timedelta(hours=1)))["edit_id"].tolist() == [added.id]

    ended = road_edits.restore(store, LOCAL, struck.id, note="已通车")
    assert road_edits.edits(View(store, LOCAL))["edit_id"].tolist() == [added.id]
    with pytest.raises(NotFound):
        road_edits.restore(store, LOCAL, struck.id)
    store.undo(LOCAL, [*ended, *added.event_ids])
    assert road_edits.edits(View(store, LOCAL))["edit_id"].tolist() == [struck.id]


def test_edits_are_what_the_geometry_takes(store: Store) -> None:
    network = RoadNetwork.from_edges([(114.05, 35.05), (114.06, 35.05), (114.07, 35.05)], [(0, 1), (1, 2)], [900.0, 900.0])
    road_edits.strike(store, LOCAL, a=(114.06, 35.05), b=(114.05, 35.05), mode="drive")
    road_edits.add(store, LOCAL, a=(114.05, 35.05), b=(114.07, 35.05), mode="drive", note="环路")
    frame = road_edits.edits(View(store, LOCAL))
    result = edited(network, frame[frame["action"] == "strike"], frame[frame["action"] == "add"])
    assert result.struck_segments.tolist() == [0] and result.unmatched == []
    assert [(int(u), int(v)) for u, v in zip(result.network.seg_u, result.network.seg_v, strict=True)] == [(1, 2), (0, 2)]


@pytest.mark.parametrize("wrong", [{"mode": "fly"}, {"b": (114.05, 35.05)}, {"a": (35.05, 114.05)}, {"b": (114.06, float("inf"))}], ids=str)
def test_a_bad_edit_changes_nothing(store: Store, wrong: dict[str, object]) -> None:
    revision = store.revision
    with pytest.raises(InputError):
        road_edits.strike(store, LOCAL, **{"a": (114.05, 35.05), "b": (114.06, 35.05), "mode": "drive", **wrong})
    assert store.revision == revision


def test_a_viewer_edits_and_restores_only_roads_in_their_areas(store: Store) -> None:
    mine = road_edits.strike(store, VILLAGE, a=(114.15, 35.05), b=(114.16, 35.05), mode="drive")
    theirs = road_edits.strike(store, LOCAL, a=(114.05, 35.05), b=(114.06, 35.05), mode="drive")
    across = road_edits.strike(store, LOCAL, a=(114.15, 35.05), b=(114.05, 35.05), mode="drive")
    with pytest.raises(InputError):
        road_edits.add(store, VILLAGE, a=(114.15, 35.05), b=(114.05, 35.05), mode="drive")
    for edit in (theirs, across):
        with pytest.raises((InputError, NotFound)):
            road_edits.restore(store, VILLAGE, edit.id)
    road_edits.restore(store, VILLAGE, mine.id)
    assert set(road_edits.edits(View(store, LOCAL))["edit_id"]) == {theirs.id, across.id}


# Entry points


def test_an_entry_point_is_there_until_it_is_withdrawn(store: Store) -> None:
    station = entry_points.add_entry_point(store, LOCAL, name=" 青禾站 ", kind="station", lon=114.05, lat=35.05, note="每日两班")
    frame = entry_points.entry_points(View(store, LOCAL)).set_index("entry_id")
    assert frame.loc[station.id, ["name", "kind", "note", "recorded_by"]].tolist() == ["青禾站", "station", "每日两班", "local"]
    assert frame.loc[station.id].geometry.equals(Point(114.05, 35.05)) and frame.crs == "EPSG:4326"
    ended = entry_points.withdraw_entry_point(store, LOCAL, station.id, effective_at=NOW + timedelta(hours=1))
    assert entry_points.entry_points(View(store, LOCAL, at=NOW + timedelta(hours=1))).empty
    assert len(entry_points.entry_points(View(store, LOCAL))) == 1
    with pytest.raises(NotFound):
        entry_points.withdraw_entry_point(store, LOCAL, station.id, effective_at=NOW + timedelta(hours=2))
    store.undo(LOCAL, ended)
    assert len(entry_points.entry_points(View(store, LOCAL, at=NOW + timedelta(hours=1)))) == 1


@pytest.mark.parametrize("wrong", [{"name": " "}, {"kind": "tunnel"}, {"lon": 35.0, "lat": 114.0}], ids=lambda w: next(iter(w)))
def test_a_bad_entry_point_is_not_added(store: Store, wrong: dict[str, object]) -> None:
    with pytest.raises(InputError):
        entry_points.add_entry_point(store, LOCAL, **{"name": "码头", "kind": "wharf", "lon": 114.05, "lat": 35.05, **wrong})
    assert entry_points.entry_points(View(store, LOCAL)).empty


def test_a_viewer_sees_the_entry_points_of_their_areas(store: Store) -> None:
    far = entry_points.add_entry_point(store, LOCAL, name="站", kind="station", lon=114.05, lat=35.05)
    near = entry_points.add_entry_point(store, VILLAGE, name="码头", kind="wharf", lon=114.15, lat=35.05)
    assert entry_points.entry_points(View(store, VILLAGE))["entry_id"].tolist() == [near.id]
    with pytest.raises(NotFound):
        entry_points.withdraw_entry_point(store, VILLAGE, far.id)


# Workspaces of the version before


def test_a_workspace_of_the_first_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "ledger.duckdb")) as old:  # the catalog has the file's name
        old.execute("create table ledger.schema_version (version integer); insert into ledger.schema_version values (1)")
        old.execute((SQL / "schema" / "0001_create.sql").read_text("utf-8"))
        old.execute(
            "insert into ledger.mark values ('e1', 'junctions', 'n1', 114.05, 35.05, 'requested', '请设点', "
            "timestamptz '2020-02-11 17:20:00+08', timestamptz '2020-02-11 17:26:00+08', '指挥部', 'hand', null)"
        )
        old.execute(
            "insert into ledger.entrance_event by name select 'e2' as event_id, 'g' as entrance_id, 'sealed' as mode, "
            "timestamptz '2020-02-11' as effective_at, timestamptz '2020-02-11' as recorded_at"
        )
    with zipfile.ZipFile(tmp_path / "old.zip", "w") as archive:
        archive.write(tmp_path / "ledger.duckdb", "ledger.duckdb")
    with open_store(tmp_path / "other") as other:
        restore_backup(other, LOCAL, tmp_path / "old.zip")
        assert statuses(other) == {("junctions", "n1"): "requested"}
    for _ in range(2):
        with open_store(tmp_path) as store:
            assert statuses(store) == {("junctions", "n1"): "requested"}
            frame = store.run("select_entrance_orders", LOCAL)
            assert frame["mode"].tolist() == ["sealed"]
            marks.mark_places(store, LOCAL, [INSIDE_A_ROAD], status="requested")
            store.undo(LOCAL, marks.marks(View(store, LOCAL)).query("layer == 'roads'")["event_id"].tolist())
            (version,) = store._connection.execute("select max(version) from ledger.schema_version").fetchone()
            assert version == len(list((SQL / "schema").glob("*.sql"))) >= 2
