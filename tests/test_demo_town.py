"""The demo township: what the issue counts, and what must hold for any seed."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from data.demo.load import descriptions, generate, load_demo
from data.demo.model import CLOCK, FIRST_DAY, Demo, day
from data.demo.town import COMMUNITY, TOWN
from errors import InputError
from geo.crs import to_metres
from geo.joints import find_joints
from ledgers.overview import figures
from ledgers.posts.timetable import normalise
from queries.events import Viewer
from queries.store import open_store
from queries.view import View
from tests.demo_town import copied

LOCAL = Viewer("local")


@cache
def drawn(seed: int) -> Demo:
    return generate("town", seed)


@pytest.fixture(scope="module", params=[2020, 7])
def demo(request: pytest.FixtureRequest) -> Demo:
    return drawn(request.param)


def grids_of(demo: Demo, unit: str) -> gpd.GeoDataFrame:
    areas = demo.layers["areas"]
    return areas[areas["parent_id"] == unit]


def test_areas_are_those_of_the_issue(demo: Demo) -> None:
    areas = demo.layers["areas"]
    units = areas[areas["parent_id"] == TOWN]
    assert units["level"].value_counts().to_dict() == {"village": 14, "community": 1}
    assert "朝阳村" in set(units["name"])
    village_grids = areas[(areas["level"] == "grid") & areas["parent_id"].isin(units.loc[units["level"] == "village", "id"])]
    assert len(village_grids) == 25
    assert areas["code"].dropna().str.fullmatch(r"\d{12}").all() and areas["id"].is_unique


def test_areas_tile_exactly(demo: Demo) -> None:
    areas = demo.layers["areas"].set_index("id")
    assert (areas.geometry.geom_type == "Polygon").all() and areas.geometry.is_valid.all()
    for parent in [TOWN, *grids_of(demo, TOWN)["id"]]:
        parts = grids_of(demo, parent).geometry.to_numpy()
        assert shapely.coverage_is_valid(parts)
        whole = areas.geometry[parent]
        assert shapely.area(parts).sum() == pytest.approx(whole.area, rel=1e-9)
        assert shapely.union_all(parts).symmetric_difference(whole).area < 1e-12


def test_people_and_households_add_up(demo: Demo) -> None:
    areas = demo.layers["areas"].set_index("id")
    assert areas.loc[TOWN, "population"] == 35_360 == demo.layers["settlements"]["population"].sum()
    for parent in [TOWN, *grids_of(demo, TOWN)["id"]]:
        for column in ("population", "households"):
            assert grids_of(demo, parent)[column].sum() == areas.loc[parent, column]
    houses = demo.layers["buildings"]
    assert houses["households"].sum() == areas.loc[COMMUNITY, "households"]


def test_the_community_stands_in_its_area(demo: Demo) -> None:
    community = set(grids_of(demo, COMMUNITY)["id"])
    compounds, houses, entrances = (demo.layers[name] for name in ("compounds", "buildings", "entrances"))
    assert len(houses) == 43 and houses["area_id"].isin(community).all()
    gates = entrances[entrances["compound_id"].notna()]
    assert len(gates) == 25 and gates["area_id"].isin(community).all()
    assert not entrances.drop(gates.index)["area_id"].isin(community).any()
    grid = demo.layers["areas"].set_index("id").geometry
    for compound in compounds.itertuples():
        assert grid[compound.area_id].contains(compound.geometry), "no grid's border cuts a compound"
    yard = compounds.set_index("id").geometry
    assert all(yard[house.compound_id].contains(house.geometry) for house in houses.itertuples())
    pairs = shapely.STRtree(houses.geometry.to_numpy()).query(houses.geometry.to_numpy(), predicate="intersects").T
    assert len(pairs) == 43, "houses do not touch"


def test_gates_are_on_the_wall_and_on_a_road(demo: Demo) -> None:
    gates = demo.layers["entrances"].dropna(subset="compound_id")
    yard = demo.layers["compounds"].set_index("id").geometry
    off = shapely.distance(gates.geometry.to_numpy(), shapely.boundary(yard[gates["compound_id"]].to_numpy()))
    assert off.max() < 2e-7
    net = demo.network
    nodes = {(round(x, 7), round(y, 7)) for x, y in zip(net.lon, net.lat, strict=True)}
    assert all((round(p.x, 7), round(p.y, 7)) in nodes for p in gates.geometry)


def test_every_feature_lies_in_a_grid(demo: Demo) -> None:
    grids = set(demo.layers["areas"].query("level == 'grid'")["id"])
    for name, frame in demo.layers.items():
        if name != "areas":
            assert frame["id"].is_unique and frame["area_id"].isin(grids).all(), name


def test_the_network_is_as_it_should_be(demo: Demo) -> None:
    net, crossings = demo.network, demo.layers["crossings"]
    assert 1500 <= len(net.node_id) <= 7000
    assert 15 <= len(crossings) <= 26
    assert {"motorway", "trunk", "secondary", "unclassified"} <= set(crossings["highway"])
    assert (net.degree[net.inside] == 1).sum() > 50, "dead ends"
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(len(net.seg_u)), (net.seg_u, net.seg_v)), shape=(len(net.node_id),) * 2)
    _, part = connected_components(links, directed=False)
    assert np.bincount(part).max() > 0.99 * len(part)


def test_bridges_do_not_join_what_they_cross(demo: Demo) -> None:
    net = demo.network
    bridge = net.ways["bridge"].to_numpy()[net.seg_way]
    lines = net.lines(np.arange(len(net.seg_u)))
    over, under = np.flatnonzero(bridge), np.flatnonzero(net.ways["highway"].isin(["motorway"]).to_numpy()[net.seg_way])
    a, b = shapely.STRtree(lines[under]).query(lines[over], predicate="crosses")
    assert len(a) >= 6, "roads pass over the carriageways"
    ends = lambda s: {net.seg_u[s], net.seg_v[s]}  # noqa: E731
    assert all(not ends(over[i]) & ends(under[j]) for i, j in zip(a, b, strict=True))


def test_roads_meet_where_they_cross_at_grade(demo: Demo) -> None:
    net = demo.network
    ground = np.flatnonzero(~net.ways["bridge"].to_numpy()[net.seg_way])
    lines = net.lines(ground)
    a, b = shapely.STRtree(lines).query(lines, predicate="crosses")
    # The rounding of degrees may move a joint by a centimetre, so that two lines cross just beside it.
    beside = shapely.distance(shapely.intersection(lines[a], lines[b]), shapely.boundary(lines[a]))
    assert not (beside > 1e-6).any()


def distance_to_posts(demo: Demo, point: shapely.Point) -> float:
    posts = demo.layers["checkpoints"].geometry
    x, y = to_metres(np.append(posts.x, point.x), np.append(posts.y, point.y))
    return float(np.hypot(x[:-1] - x[-1], y[:-1] - y[-1]).min())


def test_one_county_junction_is_watched_and_three_are_not(demo: Demo) -> None:
    junctions = demo.layers["junctions"]

    def junction(one: str, other: str) -> shapely.Point:
        found = junctions[junctions["name"].str.contains(one) & junctions["name"].str.contains(other)]
        return found.geometry.iloc[0]

    assert distance_to_posts(demo, junction("青云大道", "青高线")) < 1
    for one, other in (("青云大道", "官柳线"), ("青云大道", "东鹤线"), ("青高线", "杨高线")):
        assert distance_to_posts(demo, junction(one, other)) > 300


def test_main_roads_stay_open_and_every_farm_track_is_shut(demo: Demo) -> None:
    roads, crossings = demo.layers["roads"], demo.layers["crossings"]
    main = shapely.union_all(roads.loc[roads["ref"].str.startswith(("G", "X")), "geometry"].to_numpy())
    mouths = demo.layers["entrances"].loc[lambda frame: frame["compound_id"].isna()]
    assert shapely.distance(mouths.geometry.to_numpy(), main).min() > 1e-5, "no village closes a main road"
    kept = demo.events["entrance_event"].loc[lambda orders: orders["mode"] == "sealed", "entrance_id"]
    still_open = mouths[~mouths["id"].isin(kept)]
    assert still_open["id"].str.endswith("-e1").sum() == 14 and len(still_open) < len(mouths) / 3, "a village keeps a gate open"
    assert mouths["name"].is_unique
    posts = demo.layers["checkpoints"].set_index("id")
    assert posts["name"].is_unique
    assert len(posts.filter(like="qh-m", axis="index")) == (crossings["name"] == "").sum()
    assert demo.seed != 2020 or (crossings["name"] == "").any(), "some track leaves the township"
    for road, watched in (("青云大道", 2), ("青高线", 2), ("官柳线", 0), ("东鹤线", 0), ("杨高线", 0)):
        ends = crossings.loc[crossings["name"] == road, "geometry"]
        assert sum(distance_to_posts(demo, end) < 100 for end in ends) == watched, road


def test_no_two_roads_nearly_meet(demo: Demo) -> None:
    for mode in ("drive", "walk"):
        assert find_joints(demo.network.of_mode(mode)).empty


def test_the_seat_and_the_villages_have_an_outline(demo: Demo) -> None:
    settlements = demo.layers["settlements"].set_index("place")
    assert settlements.loc[["town", "village"]].geom_type.isin(["Polygon", "MultiPolygon"]).all()
    assert (settlements.loc["hamlet"].geom_type == "Point").all()
    declared = demo.events["entrance_declaration"]
    assert declared["subject_layer"].value_counts().to_dict() == {"settlements": 14, "compounds": 5}


def test_events_are_well_formed(demo: Demo) -> None:
    for name, rows in demo.events.items():
        assert (rows["source"] == "demo").all(), name
        for column in ("effective_at", "recorded_at"):
            assert str(rows[column].dt.tz) == "Asia/Shanghai", (name, column)
        assert rows["recorded_at"].max() <= CLOCK
        if name != "duty_shift":
            # Measures were taken before the first day of the ledgers.
            assert rows["effective_at"].min() >= FIRST_DAY - timedelta(days=3 * (name == "measure")) and rows["effective_at"].max() <= CLOCK
        if "event_id" in rows:
            assert rows["event_id"].is_unique and rows["event_id"].str[14].eq("7").all()
    orders = demo.events["entrance_event"]
    assert all(normalise(text) == text for text in orders["timetable"].dropna().unique())
    sealed = orders[orders["mode"] == "sealed"]
    assert sealed["egress"].notna().all() and sealed["key_holder"].notna().all() and sealed["reason"].ne("").all()
    assert set(demo.events["sign_in"]["shift_id"]) <= set(demo.events["duty_shift"]["event_id"])
    assert demo.events["pass_event"].groupby("action")["quantity"].sum()["stock"] == 1000
    assert demo.events["pass_event"].groupby("action")["quantity"].sum()["issue"] < 1000
    assert set(demo.events["gate_log"]["decision"]) == {"admit", "refer", "refuse"}
    assert set(demo.events["gate_log"]["entrance_id"]) <= set(demo.layers["entrances"]["id"])


def test_phones_are_fictitious(demo: Demo) -> None:
    for name in ("duty_shift", "area_event"):
        assert demo.events[name]["phone"].str.fullmatch(r"1990000\d{4}").all()


def test_the_same_seed_gives_the_same_demo_and_another_does_not() -> None:
    one, again, other = drawn(2020), generate("town", 2020), drawn(7)
    pd.testing.assert_frame_equal(descriptions(one), descriptions(again))
    for name in one.events:
        pd.testing.assert_frame_equal(one.events[name], again.events[name])
    assert np.array_equal(one.network.lon, again.network.lon)
    assert one.settings == again.settings
    assert not descriptions(one)["geometry"].equals(descriptions(other)["geometry"])


def test_loaded_it_answers_as_the_issue_says(demo_town: Path, tmp_path: Path) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    with open_store(copied(demo_town, tmp_path / "ws")) as store:
        assert len(store.layer("buildings", LOCAL)) == 43 and store.now() == CLOCK and store.setting("demo") is True
        midnight = CLOCK.astimezone(zone).replace(hour=0)
        for hour, open_now in ((0, 8), (2, 8), (5, 8), (6, 12), (12, 12), (18, 12), (22, 8), (23, 8)):
            found = figures(View(store, LOCAL, at=midnight + timedelta(hours=hour), area=COMMUNITY))
            assert found.entrances == {"sealed": 13, "open_24h": 8, "open_hours": 4}
            assert found.entrances_open_now == open_now
        everything = figures(View(store, LOCAL, at=store.now()))
        assert sum(everything.checkpoints.values()) == 23
        assert everything.checkpoints_unstaffed_now == 1
        assert everything.entrances == {"sealed": 116, "open_24h": 52, "open_hours": 4} and everything.entrances_unstaffed_now == 0
        assert 0 < everything.crossings["with_post"] < everything.crossings["total"]
        assert everything.seals_overdue == 2
        sealed = [
            figures(View(store, LOCAL, at=FIRST_DAY + timedelta(days=d, hours=23), area=COMMUNITY)).entrances["sealed"] for d in range(20)
        ]
        assert sealed[0] == 0 and sealed[-1] == 13 and sealed == sorted(sealed) and len(set(sealed)) >= 4


def test_one_entrance_is_closed_with_tape_and_patrolled(demo: Demo, demo_town: Path, tmp_path: Path) -> None:
    orders = demo.events["entrance_event"]
    taped = orders[orders["barrier"] == "soft"]
    names = demo.layers["entrances"].set_index("id")["name"]
    assert taped["entrance_id"].map(names).tolist() == ["石桥桥头湾路口"]
    assert taped[["mode", "patrol_minutes"]].to_numpy().tolist() == [["sealed", 60]]
    assert orders.loc[orders["barrier"] != "soft", "patrol_minutes"].isna().all()
    with open_store(copied(demo_town, tmp_path / "ws")) as store:
        gates = store.layer("entrances", LOCAL).set_index("name")
        assert gates.index[gates["barrier"] == "soft"].tolist() == ["石桥桥头湾路口"]
        assert gates["patrol_minutes"].dropna().to_dict() == {"石桥桥头湾路口": 60}
        assert (gates["barrier"].isna() == (gates["mode"] != "sealed")).all()


def test_what_was_known_lags_what_was_so(demo_town: Path, tmp_path: Path) -> None:
    with open_store(copied(demo_town, tmp_path / "ws")) as store:
        gate = "民主小区南门"

        def mode(at: str, known_at: str) -> str:
            frame = store.layer("entrances", LOCAL, at=day(at), known_at=day(known_at)).set_index("name")
            return str(frame.loc[gate, "mode"])

        assert mode("02-03 10:40", "02-03 10:45") == "sealed", "as it was believed before the mistake was undone"
        assert mode("02-03 10:40", "02-12 18:00") == "open_24h"


def test_some_hours_are_uncovered(demo_town: Path, tmp_path: Path) -> None:
    with open_store(copied(demo_town, tmp_path / "ws")) as store:

        def staffed(layer: str, name: str, at: str) -> bool:
            return bool(store.layer(layer, LOCAL, at=day(at)).set_index("name").loc[name, "staffed"])

        assert [staffed("entrances", "青禾花园东门", f"02-12 {t}") for t in ("18:00", "21:59", "22:00", "23:59")] == [
            True,
            True,
            False,
            False,
        ]
        assert staffed("entrances", "青禾花园东门", "02-11 22:30") and staffed("entrances", "青禾花园东门", "02-13 06:00")
        outlying = "高岭村卡口劝离点"
        assert [staffed("checkpoints", outlying, t) for t in ("02-12 18:00", "02-12 23:59", "02-13 00:00", "02-13 08:00")] == [
            True,
            True,
            False,
            True,
        ]
        assert not staffed("checkpoints", "清溪村卡口劝离点", "02-12 18:00")
        assert not staffed("checkpoints", "朝阳村卡口劝离点", "02-13 04:00")
        keeper = "青高线青禾街口监测点"
        assert [staffed("checkpoints", keeper, t) for t in ("02-11 18:00", "02-12 02:00", "02-12 18:00")] == [True, False, True]


def test_a_demo_does_not_mix_with_real_data(demo_town: Path, tmp_path: Path) -> None:
    with open_store(copied(demo_town, tmp_path / "demo")) as store, pytest.raises(InputError, match="already holds the town demo"):
        load_demo(store, LOCAL, size="town")
    with open_store(tmp_path / "real") as store:
        store.append(LOCAL, {"area_event": pd.DataFrame({"area_id": ["a"], "status": ["normal"]})})
        with pytest.raises(InputError, match="holds real data"):
            load_demo(store, LOCAL, size="town")
