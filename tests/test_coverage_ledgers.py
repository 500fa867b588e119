"""What a workspace's ledgers mean on its roads: gates, posts, hours, soft barriers, ways in, edits; and what the study says of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import commands
from errors import AccessDenied, InputError
from geo.certificate import verify
from geo.network import Mode, Nodes, build_network, make_ways, save
from geo.road_layers import frames
from ledgers.posts import duty, orders
from ledgers.roads import assumptions, coverage_json, entry_points, hours, marks, request_letter, road_edits
from ledgers.roads.claim import certificate
from ledgers.roads.coverage import Study, study
from queries.landing import write_parquet
from queries.layers import feature_events
from queries.store import LOCAL, Batch, Store, Viewer, open_store
from queries.view import View
from tests.filled import copy_filled

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2020, 2, 12, 12, tzinfo=ZONE)
START = datetime(2020, 2, 1, tzinfo=ZONE)

# Metres east and north. A road from west (1) to east (7), a lane to village A (9), a lane through a gate (10) into compound B (11), and a
# footpath from the west (12) to the village. The region is the square from 0 to 1000.
PLACES = {
    1: (-200, 500), 2: (100, 500), 3: (300, 500), 4: (500, 500), 5: (700, 500), 6: (900, 500), 7: (1200, 500),
    8: (500, 600), 9: (500, 700), 10: (700, 400), 11: (700, 300), 12: (-200, 900), 13: (500, 900),
}  # fmt: skip
WAYS = {"青云路": [1, 2, 3, 4, 5, 6, 7], "村道": [4, 8, 9], "小区路": [5, 10, 11], "小路": [12, 13, 9]}


def degrees(x: float, y: float) -> tuple[float, float]:
    return 114 + x / 96486, 30 + y / 110852


def point(x: float, y: float) -> shapely.Point:
    return shapely.Point(degrees(x, y))


def square(x: float, y: float, half: float) -> shapely.Polygon:
    return shapely.box(*degrees(x - half, y - half), *degrees(x + half, y + half))


def lay_roads(
    store: Store,
    *,
    region: shapely.Geometry | None = None,
    extent: shapely.Geometry | None = None,
    ways: dict[str, list[int]] | None = None,
    places: dict[int, tuple[float, float]] | None = None,
) -> None:
    ways, places = WAYS if ways is None else ways, PLACES if places is None else places
    offsets = np.cumsum([0, *(len(chain) for chain in ways.values())])
    refs = np.array([node for chain in ways.values() for node in chain], dtype=np.int64)
    table = make_ways(offsets, refs, ["footway" if name == "小路" else "residential" for name in ways], name=list(ways))
    at = np.array([degrees(*place) for place in places.values()])
    network = build_network(
        table,
        Nodes(np.array(list(places)), at[:, 0], at[:, 1]),
        region or square(500, 500, 500),
        extent=extent or region or square(500, 500, 500),
    )
    batch = Batch("osm", "roads.osm", added=1)
    staging = store.staging(batch)
    save(network, staging / "network")
    files = {"network": staging / "network"}
    for name, frame in frames(network).items():
        if name != "open_ends":
            files[f"layers/{name}.parquet"] = staging / f"{name}.parquet"
            write_parquet(frame.assign(area_id=None, source="osm"), files[f"layers/{name}.parquet"])
    store.append(LOCAL, {}, batch=batch, files=files)


def put(store: Store, layer: str, places: dict[str, shapely.Geometry], **columns: Any) -> None:
    table = pd.DataFrame({"id": list(places), "name": [f"名{i}" for i in places], "source": "hand", **columns})
    frame = gpd.GeoDataFrame(table, geometry=list(places.values()), crs=4326)
    store.append(LOCAL, {"feature_event": feature_events(layer, frame)})


def fill(store: Store) -> None:
    store.set_settings(LOCAL, {"clock": NOW.isoformat()})
    lay_roads(store)
    put(store, "settlements", {"A": point(500, 710)}, place="village", population=300)
    put(store, "compounds", {"B": square(700, 330, 70)}, population=500)
    put(store, "entrances", {"g": point(700, 400)}, compound_id="B", kind="gate", provenance="mapped")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(copy_filled(fill, tmp_path / "w")) as opened:
        yield opened


def order(store: Store, **columns: Any) -> None:
    row = {"entrance_id": "g", "effective_at": START, "reason": "x", "ordered_by": "x", "egress": None, **columns}
    store.append(LOCAL, {"entrance_event": pd.DataFrame([row])})


def post(
    store: Store, name: str, x: float, y: float, *, kind: str = "inspect", shift: tuple[int, int] | None = (0, 24), **columns: Any
) -> None:
    put(store, "checkpoints", {name: point(x, y)}, post_class="other", staff_required=1)
    row = {"checkpoint_id": name, "kind": kind, "active": True, "effective_at": START, "reason": "x", "ordered_by": "x", **columns}
    store.append(LOCAL, {"checkpoint_event": pd.DataFrame([row])})
    if shift:
        days = [datetime(2020, 2, day, tzinfo=ZONE) for day in range(12, 20)]
        spans = [{"starts_at": d + timedelta(hours=shift[0]), "ends_at": d + timedelta(hours=shift[1])} for d in days]
        rows = pd.DataFrame(spans).assign(subject_id=name, person=f"人{name}", phone="", force="police")
        duty.add_shifts(store, LOCAL, "checkpoints", rows)


def exposed(store: Store, *, mode: Mode = "drive", **when: Any) -> set[str]:
    found = study(View(store, LOCAL, **when), mode=mode)
    return set(found.settlements["id"][found.coverage.exposed])


def status(found: Study) -> dict[str, str]:
    return dict(zip(found.settlements["id"], found.settlements["status"], strict=True))


def test_without_posts_everything_lies_open_and_two_posts_close_it(store: Store) -> None:
    order(store, mode="open_24h")
    found = study(View(store, LOCAL))
    assert status(found) == {"A": "exposed", "B": "exposed"}
    assert sorted(found.situation.ground.sources["id"]) == ["n1", "n7"]
    assert len(found.proposed) == 2
    assert set(found.proposed["junction_id"].dropna()) <= {"n4", "n5"}
    assert verify(certificate(found)) is None
    routes = found.routes.set_index("id")
    assert routes.loc["A", "length_m"] == pytest.approx(900, rel=0.01)
    assert routes.loc["B", "length_m"] == pytest.approx(600, rel=0.01)
    assert found.junctions.set_index("id")["kind"].to_dict() == {"n4": "unmonitored", "n5": "unmonitored"}


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"mode": "sealed"}, "closed"),
        ({"mode": "open_24h"}, "exposed"),
        ({"mode": "open_hours", "timetable": "06:00-22:00"}, "exposed"),
        ({"mode": "open_hours", "timetable": "14:00-22:00"}, "closed"),
        ({"mode": "sealed", "barrier": "soft"}, "exposed"),
        ({"mode": "sealed", "barrier": "soft", "patrol_minutes": 30}, "exposed"),
    ],
)
def test_a_compound_is_reached_through_gates_that_stand_open(store: Store, columns: dict[str, Any], expected: str) -> None:
    order(store, **columns)
    found = study(View(store, LOCAL))
    assert status(found) == {"A": "exposed", "B": expected}
    # A gate that is shut stands on the lane, and nobody drives through it.
    network = found.coverage.network
    shut = network.node_id[found.situation.blocked_nodes].tolist()
    assert shut == ([10] if expected == "closed" else [])


def test_a_gate_without_an_order_counts_as_open_and_is_listed(store: Store) -> None:
    found = study(View(store, LOCAL))
    assert status(found)["B"] == "exposed"
    assert assumptions.honesty(store, LOCAL, found)["undecided_entrances"] == ["g"]


def test_a_staffed_gate_is_no_way_in(store: Store) -> None:
    order(store, mode="open_24h")
    shift = {"subject_id": "g", "person": "王", "phone": "", "force": "guard", "starts_at": NOW, "ends_at": NOW + timedelta(hours=8)}
    duty.add_shifts(store, LOCAL, "entrances", pd.DataFrame([shift]))
    assert exposed(store) == {"A"}
    assert exposed(store, at=NOW + timedelta(hours=8)) == {"A", "B"}


def test_a_soft_seal_counts_when_it_is_patrolled_often_enough(store: Store) -> None:
    order(store, mode="sealed", barrier="soft", patrol_minutes=30)
    for accepted, expected in ((20, {"A", "B"}), (30, {"A"})):
        store.set_settings(LOCAL, {"coverage_rules": {"patrol_minutes": accepted}})
        assert exposed(store) == expected
    found = study(View(store, LOCAL))
    assert assumptions.honesty(store, LOCAL, found)["soft_barriers_counted"] == ["g"]
    first = assumptions.verify_first(found)
    assert first[["id", "people"]].to_numpy().tolist() == [["g", 500]]


@pytest.mark.parametrize(
    ("posts", "expected"),
    [
        ([("w", 100, 500, {})], {"A", "B"}),
        ([("w", 100, 500, {}), ("e", 900, 500, {})], set()),
        ([("w", 200, 512, {}), ("e", 900, 500, {})], set()),  # beside the middle of a segment
        ([("w", 200, 549, {}), ("e", 900, 500, {})], set()),
        ([("w", 200, 552, {}), ("e", 900, 500, {})], {"A", "B"}),  # off the road
        ([("w", 100, 500, {"shift": None}), ("e", 900, 500, {})], {"A", "B"}),  # nobody there
        ([("w", 100, 500, {"shift": None, "kind": "block"}), ("e", 900, 500, {})], set()),
        ([("w", 100, 500, {"shift": None, "kind": "block", "barrier": "soft"}), ("e", 900, 500, {})], {"A", "B"}),
        ([("w", 490, 500, {})], {"B"}),  # near enough to the junction to stand on it; the east stays open to the compound
        ([("w", 490, 500, {}), ("v", 490, 500, {}), ("e", 700, 500, {})], set()),  # two posts on one node
    ],
)
def test_posts_watch_where_they_stand_while_somebody_is_there(
    store: Store, posts: list[tuple[str, float, float, dict[str, Any]]], expected: set[str]
) -> None:
    order(store, mode="open_24h")
    for name, x, y, columns in posts:
        post(store, name, x, y, **columns)
    assert exposed(store) == expected


def test_the_four_kinds_of_junction(store: Store) -> None:
    order(store, mode="open_24h")
    post(store, "w", 490, 500)
    post(store, "e", 900, 500)
    kinds = study(View(store, LOCAL)).junctions.set_index("id")["kind"].to_dict()
    assert kinds == {"n4": "watched", "n5": "behind_posts"}


def test_on_foot_there_is_another_way(store: Store) -> None:
    order(store, mode="sealed")
    post(store, "w", 100, 500)
    post(store, "e", 900, 500)
    assert exposed(store) == set()
    assert exposed(store, mode="walk") == {"A"}


def test_unknown_population_weighs_one_and_is_said(store: Store) -> None:
    put(store, "settlements", {"C": point(300, 510)}, place="hamlet", population=None)
    document = coverage_json.document(store, LOCAL, study(View(store, LOCAL)))
    found = {row["id"]: row for row in document["exposed"]}
    assert found["C"]["population"] == 1 and not found["C"]["population_known"]
    assert document["honesty"]["unknown_population"] == ["C"]


def test_a_place_far_from_any_road_is_listed_and_not_dropped(store: Store) -> None:
    store.set_settings(LOCAL, {"coverage_rules": {"attach_m": 150}})
    put(store, "settlements", {"far": point(100, 100)}, place="hamlet", population=9)
    document = coverage_json.document(store, LOCAL, study(View(store, LOCAL)))
    none = {"beyond_data": 0, "island": 0, "needs_outline": 0}
    assert document["settlements"] == {"total": 3, "exposed": 2, "unattached": 1, **none}
    assert document["honesty"]["unattached"] == ["far"]


def test_a_settlement_where_people_come_in_cannot_be_protected_and_is_named(store: Store) -> None:
    entry_points.add_entry_point(store, LOCAL, name="汽车站", kind="station", lon=degrees(500, 700)[0], lat=degrees(500, 700)[1])
    document = coverage_json.document(store, LOCAL, study(View(store, LOCAL)), posts=1)
    assert document["sealing"]["count"] is None and not document["sealing"]["proved_minimal"]
    assert "名A" in document["sealing"]["why_not"] and "村道" in document["sealing"]["why_not"]
    assert document["plan"]["protected_population"] == 500
    assert [row["posts"] for row in document["budget"]] == [0, 1]


def test_a_struck_road_is_no_way_and_is_listed(store: Store) -> None:
    order(store, mode="sealed")
    post(store, "e", 900, 500)
    assert exposed(store) == {"A"}
    edit = road_edits.strike(store, LOCAL, a=degrees(100, 500), b=degrees(300, 500), mode="drive", note="冲毁")
    found = study(View(store, LOCAL))
    assert not found.coverage.exposed.any()
    assert assumptions.honesty(store, LOCAL, found)["segments_struck"] == 1
    assert "segment" in set(assumptions.verify_first(found)["what"])
    road_edits.restore(store, LOCAL, edit.id)
    assert exposed(store) == {"A"}


def test_posts_only_where_they_may_stand_and_cheapest_by_class(store: Store) -> None:
    order(store, mode="open_24h")
    anywhere = study(View(store, LOCAL))
    junctions = study(View(store, LOCAL), sites="junctions")
    assert set(junctions.proposed["junction_id"]) == {"n4", "n5"}
    assert len(anywhere.proposed) == len(junctions.proposed) == 2
    marked = [("junctions", "n4", *degrees(500, 500))]
    marks.mark_places(store, LOCAL, marked, status="requested")
    only = study(View(store, LOCAL), sites="marked")
    assert only.coverage.sealing_posts is None
    assert only.budget["protected_population"].tolist() == [0, 300]
    assert study(View(store, LOCAL), costs={"residential": 7}).coverage.sealing.cost == 14
    with pytest.raises(InputError, match="no class of road"):
        study(View(store, LOCAL), costs={"hyperloop": 2})
    with pytest.raises(InputError, match="no choice of places"):
        study(View(store, LOCAL), sites="nowhere")  # type: ignore[arg-type]


def test_the_clock_tells_when_and_through_what(store: Store) -> None:
    order(store, mode="open_hours", timetable="06:00-22:00")
    post(store, "w", 100, 500)
    post(store, "e", 900, 500, shift=(6, 22))
    found = hours.clock(View(store, LOCAL), ahead=timedelta(hours=24))
    told = [(row.starts_at.hour, row.ends_at.hour, row.settlements, row.people, row.only_now, row.through) for row in found.itertuples()]
    assert told == [(12, 22, 0, 0, [], []), (22, 6, 1, 300, ["名A"], ["名e"]), (6, 12, 0, 0, [], [])]
    week = hours.clock(View(store, LOCAL), ahead=timedelta(days=7))
    assert len(week) == 15
    for row in found.itertuples():
        assert len(exposed(store, at=row.starts_at.to_pydatetime() + timedelta(minutes=1))) == row.settlements


def test_the_drill_tells_what_opens_and_what_would_do_instead(store: Store) -> None:
    order(store, mode="open_24h")
    post(store, "w", 100, 500)
    post(store, "e", 900, 500)
    post(store, "idle", 500, 600)
    found = hours.drill(study(View(store, LOCAL))).set_index("id")
    assert found["people"].to_dict() == {"e": 500, "w": 500, "idle": 0}  # the village lane has a post of its own on the way
    assert found.loc["e", "replacement"] == 1


def test_a_viewer_of_some_areas_is_told_so(store: Store) -> None:
    with pytest.raises(AccessDenied):
        study(View(store, Viewer("x", areas=frozenset({"A"}))))


def test_no_roads_and_no_ways_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "bare"
    with open_store(folder) as store:
        with pytest.raises(InputError, match="no roads"):
            study(View(store, LOCAL))
        lay_roads(store, ways={"村道": [4, 8, 9]})
        put(store, "settlements", {"A": point(500, 710)}, place="village", population=300)
        found = study(View(store, LOCAL))
        assert status(found) == {"A": "unproved"}
        with pytest.raises(InputError, match="No road leads in"):
            certificate(found)
    assert commands.main(["coverage", "--workspace", str(folder), "--json"]) == 0
    told = capsys.readouterr()
    document = json.loads(told.out)
    assert document["sources"] == 0 and document["sealing"]["count"] == 0 and not document["sealing"]["proved_minimal"]
    assert document["honesty"]["proves_nothing"]
    assert told.err.count("\n") == 1


def test_an_empty_settlement_layer_and_a_region_in_pieces(tmp_path: Path) -> None:
    with open_store(tmp_path / "w") as store:
        lay_roads(store, region=shapely.union(square(150, 500, 100), square(800, 500, 150)))
        found = study(View(store, LOCAL))
        assert found.coverage.exposed.tolist() == [] and found.budget["posts"].tolist() == [0]
        # Each piece has its own ways in: roads from one to the other leave the region between them.
        assert sorted(found.situation.ground.sources["id"]) == ["n1", "n11", "n3", "n4", "n7"]
        put(store, "settlements", {"X": point(110, 505), "Y": point(880, 505)}, place="village")
        assert exposed(store) == {"X", "Y"}


def test_the_command_prints_the_contract_and_writes_a_certificate_that_holds(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    order(store, mode="open_24h")
    orders.add_checkpoint(
        store,
        LOCAL,
        name="西卡口",
        lon=degrees(100, 500)[0],
        lat=degrees(100, 500)[1],
        kind="block",
        reason="x",
        ordered_by="x",
        effective_at=START,
    )
    store.close()
    file = tmp_path / "proof.json"
    arguments = ["coverage", "--workspace", str(store.path), "--certificate", str(file), "--posts", "1", "--json"]
    assert commands.main(arguments) == 0
    document = json.loads(capsys.readouterr().out)
    assert set(document) == {
        "at", "mode", "network", "sources", "settlements", "exposed", "junctions", "sealing", "budget", "plan", "honesty",
        "unknown_area", "claim", "doubtful", "if_joined",
    }  # fmt: skip
    assert document["sealing"]["count"] == 1 and document["sealing"]["proved_minimal"]
    assert document["plan"]["protected_population"] == document["plan"]["bound"] == 800
    certificate = json.loads(file.read_text("utf-8"))
    assert verify(certificate) is None
    graph = {"network_sha256", "node_count", "edges", "sources", "targets", "uncuttable", "blocked_nodes", "blocked_edges"}
    assert set(certificate) - {"sha256"} == graph | {"version", "at", "mode", "assumes", "posts", "disjoint_routes"}
    assert commands.main(["verify-certificate", str(file)]) == 0
    capsys.readouterr()
    assert commands.main(["coverage", "--workspace", str(store.path), "--posts", "-1", "--json"]) == 2
    told = capsys.readouterr()
    assert not told.out and told.err.count("\n") == 1


def test_nothing_is_claimed_of_places_without_a_road_or_without_a_way_in(store: Store) -> None:
    store.set_settings(LOCAL, {"coverage_rules": {"attach_m": 150}})
    put(store, "settlements", {"far": point(100, 100)}, place="hamlet", population=5000)
    document = coverage_json.document(store, LOCAL, study(View(store, LOCAL)), posts=9)
    assert document["budget"][0] == {"posts": 0, "protected_population": 0, "protected_settlements": 0, "exact": True}
    assert document["plan"]["protected_population"] == document["plan"]["bound"] == 800


def test_who_stands_by_the_middle_of_a_road_may_leave_it_either_way(store: Store) -> None:
    # An open gate between two nodes, a post at the one nearer to it, the outside at the other.
    put(store, "compounds", {"C": square(380, 560, 40)}, population=70)
    put(store, "entrances", {"c": point(380, 510)}, compound_id="C", kind="gate", provenance="entered")
    post(store, "w", 300, 500)
    assert "C" in exposed(store)
    # And a station there lets people out on both sides of a post.
    for name, x in (("e", 900), ("v", 500)):
        post(store, name, x, 500)
    assert exposed(store) == set()
    entry_points.add_entry_point(store, LOCAL, name="站", kind="station", lon=degrees(580, 500)[0], lat=degrees(580, 500)[1])
    assert "B" in exposed(store)


def test_ids_of_different_layers_are_kept_apart(store: Store) -> None:
    put(store, "settlements", {"1": point(500, 710)}, place="village", population=30)
    put(store, "compounds", {"1": square(300, 560, 40)}, population=40)
    put(store, "entrances", {"h": point(300, 520)}, compound_id="1", kind="gate", provenance="entered")
    order(store, entrance_id="h", mode="sealed")
    found = study(View(store, LOCAL)).settlements.set_index("key")["status"]
    assert found["settlements:1"] == "exposed" and found["compounds:1"] == "closed"


def test_villages_without_an_outline_or_with_a_compound_are_not_dropped(store: Store) -> None:
    put(store, "areas", {"v1": None, "v2": square(150, 540, 50)}, level="village", population=[90, 400])
    put(store, "compounds", {"K": square(150, 540, 10)}, area_id="v2", population=100)
    document = coverage_json.document(store, LOCAL, study(View(store, LOCAL)))
    assert document["honesty"]["unattached"] == ["v1"]
    people = {row["id"]: row["population"] for row in document["exposed"]}
    assert people["v2"] == 300 and people["K"] == 100


@pytest.mark.parametrize("layer", ["settlements", "entrances", "checkpoints", "compounds"])
@pytest.mark.parametrize("place", [None, shapely.Point(), shapely.Polygon()], ids=["none", "empty point", "empty polygon"])
def test_a_feature_without_a_place_stops_nothing(store: Store, layer: str, place: shapely.Geometry | None) -> None:
    put(store, layer, {"nowhere": place})
    document = coverage_json.document(store, LOCAL, study(View(store, LOCAL)))
    assert document["settlements"]["exposed"] == 2
    assert assumptions.verify_first(study(View(store, LOCAL))).empty


def test_an_absurd_population_counts_as_unknown(store: Store) -> None:
    put(store, "settlements", {"C": point(300, 510)}, place="hamlet", population=13_800_001_234)
    document = coverage_json.document(store, LOCAL, study(View(store, LOCAL)))
    assert document["honesty"]["unknown_population"] == ["C"]


def test_a_rule_out_of_all_proportion_is_refused(store: Store) -> None:
    for wrong in ({"attach_m": "abc"}, {"parallel_m": 1e9}, {"patrol_minutes": float("inf")}, {"post_m": True}):
        store.set_settings(LOCAL, {"coverage_rules": wrong})
        with pytest.raises(InputError, match="must be a number"):
            study(View(store, LOCAL))


def test_what_another_post_watches_as_well_rests_on_neither(store: Store) -> None:
    order(store, mode="open_24h")
    post(store, "w", 100, 500)
    post(store, "block", 100, 500, kind="block", shift=None)
    post(store, "e", 900, 500)
    assert assumptions.verify_first(study(View(store, LOCAL))).empty


def test_the_letter_claims_only_what_is_proved(store: Store) -> None:
    order(store, mode="open_24h")
    found = study(View(store, LOCAL), sites="junctions")
    told: dict[str, Any] = {"sender": "x", "addressee": "x", "when": "x", "dated": "x"}
    text = request_letter.draft(found, found.proposed, lambda message: message, road_class=["x"] * len(found.proposed), **told)
    assert "at the places allowed" in text and "fewer cannot do" not in text
    text = request_letter.draft(study(View(store, LOCAL)), found.proposed.head(1), lambda message: message, road_class=["x"], **told)
    assert "no other 1 posts" in text
