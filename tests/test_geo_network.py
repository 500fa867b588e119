"""The road network against plain sets, and its layers and posts."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from errors import InputError
from geo.network import DRIVABLE, RANK, ROAD, Nodes, RoadNetwork, build_network, load, make_ways, save
from geo.road_layers import frames
from geo.watch import RoadIndex, crossings_with_post

REGION = shapely.box(1, 1, 3, 3)
CLASSES = ("residential", "motorway", "footway", "construction", "track")


def network_of(
    chains: list[tuple[str, list[int]]], nodes: dict[int, tuple[float, float]], region: shapely.Polygon = REGION, **columns: object
) -> RoadNetwork:
    offsets = np.cumsum([0, *(len(refs) for _, refs in chains)])
    refs = np.array([ref for _, chain in chains for ref in chain], dtype=np.int64)
    ways = make_ways(offsets, refs, [highway for highway, _ in chains], **columns)
    ids = np.array(list(nodes), dtype=np.int64)
    xy = np.array(list(nodes.values()), dtype=float).reshape(-1, 2)
    return build_network(ways, Nodes(ids, xy[:, 0], xy[:, 1]), region)


points = st.tuples(st.integers(0, 4), st.integers(0, 4))
ways = st.lists(st.tuples(st.sampled_from(CLASSES), st.lists(st.integers(1, 12), max_size=7)), max_size=6)


@settings(deadline=None)
@given(nodes=st.dictionaries(st.integers(1, 10), points), chains=ways)
def test_network_is_what_plain_sets_say(nodes: dict[int, tuple[float, float]], chains: list[tuple[str, list[int]]]) -> None:
    inside = {node for node, (x, y) in nodes.items() if 1 <= x <= 3 and 1 <= y <= 3}
    pairs: dict[bool, set[frozenset[int]]] = {True: set(), False: set()}
    breaks = set()
    for highway, refs in chains:
        for a, b in pairwise(refs):
            if a in nodes and b in nodes and a != b and {a, b} & inside and highway in RANK:
                pairs[highway in DRIVABLE].add(frozenset((a, b)))
            if highway in DRIVABLE and (a in nodes) != (b in nodes):
                breaks.add(a if a in nodes else b)
    neighbours = defaultdict(set)
    for a, b in map(tuple, pairs[True]):
        neighbours[a].add(b)
        neighbours[b].add(a)

    net = network_of(chains, nodes)
    ids = net.node_id

    def ends(segments: np.ndarray) -> set[frozenset[int]]:
        found = [frozenset((int(ids[net.seg_u[s]]), int(ids[net.seg_v[s]]))) for s in segments]
        assert len(set(found)) == len(found)
        return set(found)

    assert ends(net.counted) == pairs[True]
    assert ends(np.flatnonzero(~net.seg_drive & (net.seg_role == ROAD))) == pairs[False] - pairs[True]
    assert set(ids[net.vertices].tolist()) == set(neighbours)
    assert set(ids[net.junctions].tolist()) == {node for node in neighbours if node in inside and len(neighbours[node]) >= 3}
    assert ends(net.crossings) == {pair for pair in pairs[True] if len(pair & inside) == 1}
    assert set(ids[net.open_node].tolist()) == breaks & inside & set(neighbours)

    layers = frames(net)
    assert layers["roads"]["id"].is_unique
    drawn = {frozenset(step) for line in shapely.get_parts(layers["roads"].geometry.to_numpy()) for step in pairwise(line.coords)}
    assert drawn == {frozenset(((net.lon[u], net.lat[u]), (net.lon[v], net.lat[v]))) for u, v in zip(net.seg_u, net.seg_v, strict=True)}
    for crossing in layers["crossings"].itertuples():
        assert net.inside[crossing.node_inside]
        assert not net.inside[crossing.node_outside]
        assert crossing.geometry.distance(REGION.boundary) < 1e-9
        assert crossing.geometry.distance(net.lines(np.array([crossing.segment]))[0]) < 1e-9


def test_a_bridge_does_not_join_what_it_passes_over() -> None:
    nodes = {1: (1.5, 2), 2: (2.5, 2), 3: (2, 1.5), 4: (2, 2.5)}
    assert len(network_of([("road", [1, 2]), ("primary", [3, 4])], nodes, bridge=[True, False]).junctions) == 0
    at_grade = {**nodes, 5: (2, 2)}
    assert network_of([("road", [1, 5, 2]), ("primary", [3, 5, 4])], at_grade).degree.max() == 4


def test_a_junction_is_named_by_its_roads_and_has_the_highest_class() -> None:
    nodes = {1: (1.5, 2), 2: (2.5, 2), 3: (2, 1.5), 5: (2, 2)}
    net = network_of([("service", [1, 5, 2]), ("secondary", [3, 5])], nodes, name=["村东路", ""], ref=["", "X032"])
    junction = frames(net)["junctions"].iloc[0]
    assert (junction["id"], junction["name"], junction["highway"], junction["degree"]) == ("n5", "X032 / 村东路", "secondary", 3)


def test_a_crossing_lies_on_the_outline_and_points_inwards() -> None:
    nodes = {1: (2, 2), 2: (6, 2), 3: (2, 0)}
    net = network_of([("primary", [1, 2]), ("track", [3, 1])], nodes, name=["东路", "南路"])
    found = frames(net)["crossings"].set_index("name")
    assert found.loc["东路", "geometry"].equals(shapely.Point(3, 2))
    assert found.loc["南路", "geometry"].equals(shapely.Point(2, 1))
    assert found.loc["南路", "bearing"] == pytest.approx(0)
    assert found.loc["东路", "bearing"] == pytest.approx(Geod(ellps="WGS84").inv(6, 2, 2, 2)[0] % 360, abs=0.06)
    assert found.loc["东路", "id"] == "x1-2"


def test_where_a_segment_meets_the_outline_more_than_once_the_outermost_counts() -> None:
    comb = shapely.difference(shapely.box(0, 0, 5, 5), shapely.box(2, 1, 3, 5))
    net = network_of([("primary", [1, 2])], {1: (1, 3), 2: (7, 3)}, comb)
    assert frames(net)["crossings"].geometry.iloc[0].equals(shapely.Point(5, 3))


def test_a_way_cut_by_the_region_is_one_road() -> None:
    nodes = {1: (1.5, 2), 2: (2, 2), 3: (2, 8), 4: (2.5, 8), 5: (2.5, 2), 6: (1.2, 2)}
    net = network_of([("primary", [6, 1, 2, 3, 4, 5])], nodes)
    road = frames(net)["roads"].iloc[0]
    assert road.geometry.geom_type == "MultiLineString"
    assert [len(part.coords) for part in road.geometry.geoms] == [4, 2]


def test_nothing_gives_empty_layers(tmp_path: Path) -> None:
    net = network_of([], {})
    assert [len(layer) for layer in frames(net).values()] == [0, 0, 0, 0]
    assert crossings_with_post(net, np.array([2.0]), np.array([2.0]), within_m=50).tolist() == []
    save(net, tmp_path)
    assert len(load(tmp_path).node_id) == 0


def test_saved_and_loaded_is_the_same_and_stays_on_disk(tmp_path: Path) -> None:
    nodes = {1: (2, 2), 2: (6, 2), 3: (2, 0), 4: (2.5, 2.5)}
    net = network_of([("primary", [1, 2, 99]), ("track", [3, 1, 4, 99])], nodes, name=["东路", "=1+1"], bridge=[True, False])
    save(net, tmp_path)
    again = load(tmp_path)
    assert isinstance(again.seg_u, np.memmap)
    for name, layer in frames(net).items():
        assert frames(again)[name].equals(layer), name
    assert again.region.equals(net.region)
    with pytest.raises(InputError, match="No road network"):
        load(tmp_path / "elsewhere")


def metres(x: float, y: float) -> tuple[float, float]:
    """Return degrees near 114E 30N for metres east and north of it."""
    return 114 + x / 96486, 30 + y / 110852


def town() -> RoadNetwork:
    """Return a dual carriageway (1-2-3, 4-5-6), a lane that starts from it (2-7), and a road elsewhere (8-9), the border at x = 0."""
    places = {1: (-300, 0), 2: (20, 0), 3: (400, 0), 4: (-300, 25), 5: (20, 25), 6: (400, 25), 7: (-100, -200), 8: (-60, 300), 9: (60, 300)}
    nodes = {node: metres(*place) for node, place in places.items()}
    inside = shapely.box(*metres(0, -1000), *metres(1000, 1000))
    chains = [("trunk", [1, 2, 3]), ("trunk", [6, 5, 4]), ("track", [7, 2]), ("residential", [8, 9])]
    return network_of(
        chains, nodes, inside, ref=["G107", "G107", "", ""], name=["", "", "田间路", "村路"], oneway=[True, True, False, False]
    )


@pytest.mark.parametrize(
    ("posts", "watched"),
    [
        ([], []),
        ([(-200, 5)], ["1-2", "4-5"]),  # on one carriageway, 20 m from the other
        ([(-200, -20)], ["1-2"]),  # on the near carriageway, 45 m from the other
        ([(30, -3)], ["1-2", "2-7", "4-5"]),  # on the next segment, at the shared end
        ([(100, -3)], []),  # on the next segment, too far from the shared end
        ([(-40, 350)], []),  # on no road: exactly beside it, 50.x m away
        ([(-40, 340)], ["8-9"]),
        ([(0, 160)], []),  # in a field
        ([(-90, -180), (0, 310)], ["2-7", "8-9"]),
    ],
)
def test_posts_watch_the_crossings_they_stand_at(posts: list[tuple[float, float]], watched: list[str]) -> None:
    net = town()
    lon, lat = np.array([metres(x, y) for x, y in posts]).reshape(-1, 2).T
    found = crossings_with_post(net, lon, lat, within_m=49)
    pairs = [sorted((int(net.node_id[net.seg_u[s]]), int(net.node_id[net.seg_v[s]]))) for s in net.crossings[found]]
    assert sorted(f"{a}-{b}" for a, b in pairs) == watched


def test_across_a_divided_road_a_post_watches_the_carriageway_and_nothing_else() -> None:
    # A lane crosses the other carriageway (4-5-6) at node 5, 25 m from the post.
    places = {1: (0, 0), 2: (200, 0), 3: (400, 0), 4: (0, 25), 5: (200, 25), 6: (400, 25), 7: (200, 300), 8: (300, 300)}
    nodes = {node: metres(*place) for node, place in places.items()}
    chains = [("trunk", [1, 2, 3]), ("trunk", [6, 5, 4]), ("track", [5, 7, 8])]
    region = shapely.box(*metres(-1000, -1000), *metres(1000, 1000))
    lon, lat = np.array([metres(200, 0)]).T

    def beside(**columns: list[object]) -> list[str]:
        names = {"ref": ["G107", "G107", ""], "oneway": [True, True, False]} | columns
        net = network_of(chains, nodes, region, **names)
        found = RoadIndex(net).other_carriageway(lon, lat, within_m=50, parallel_m=40)[0]
        return sorted("-".join(map(str, sorted((int(net.node_id[net.seg_u[s]]), int(net.node_id[net.seg_v[s]]))))) for s in found if s >= 0)

    assert beside() == ["4-5", "5-6"]
    assert beside(oneway=[True, False, False]) == beside(ref=["G107", "G108", ""]) == []
    assert beside(bridge=[False, True, False]) == beside(layer=[0, 1, 0]) == []


def test_a_post_far_off_or_without_a_place_watches_nothing() -> None:
    net = town()
    lon, lat = np.array([0.0, np.nan, -66.0, 114.0]), np.array([0.0, np.nan, 90.0, 85.0])
    assert not crossings_with_post(net, lon, lat, within_m=50).any()
