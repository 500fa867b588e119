"""Doubtful joints and vertices on segments: small cases drawn in metres, and random towns against plain loops."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.joints import find_joints, join, open_country
from geo.network import Nodes, RoadNetwork, build_network, make_ways
from geo.splitting import with_segments, with_vertices

WEST, SOUTH = 114.0, 30.0
Place = tuple[float, float]


def degrees(x: float, y: float) -> Place:
    return WEST + x / 96486, SOUTH + y / 110852


def roads(
    nodes: dict[int, Place], *ways: list[int], region: tuple[float, float, float, float] = (-1000, -1000, 2000, 2000), **tags: Any
) -> RoadNetwork:
    """Return the network of ways over nodes in metres."""
    refs = np.array([node for way in ways for node in way], dtype=np.int64)
    offsets = np.cumsum([0, *(len(way) for way in ways)])
    at = np.array([degrees(*place) for place in nodes.values()])
    box = shapely.box(*degrees(*region[:2]), *degrees(*region[2:]))
    table = make_ways(offsets, refs, ["residential"] * len(ways), **tags)
    return build_network(table, Nodes(np.array(list(nodes)), at[:, 0], at[:, 1]), box, extent=box)


def joints(network: RoadNetwork, within_m: float = 5.0) -> list[tuple[str, float]]:
    found = find_joints(network, within_m=within_m)
    return [(kind, round(gap, 1)) for kind, gap in zip(found["kind"], found["gap_m"], strict=True)]


MAIN = {1: (0, 0), 2: (200, 0)}


@pytest.mark.parametrize(
    ("gap", "expected"), [(0.6, [("gap", 0.6)]), (4.9, [("gap", 4.9)]), (5.2, []), (0.0, [("crossing", 0.0)]), (-30.0, [("crossing", 0.0)])]
)
def test_a_road_that_ends_short_of_another(gap: float, expected: list[tuple[str, float]]) -> None:
    assert joints(roads(MAIN | {3: (100, gap), 4: (100, 100)}, [1, 2], [4, 3])) == expected


def test_a_shared_node_is_no_doubt() -> None:
    assert joints(roads(MAIN | {4: (100, 100)}, [1, 2], [2, 4])) == []


@pytest.mark.parametrize("tags", [{"bridge": [False, True]}, {"tunnel": [False, True]}, {"layer": [0, 1]}])
def test_roads_on_two_levels_cross_without_a_doubt(tags: dict[str, Any]) -> None:
    nodes = MAIN | {3: (100, -80), 4: (100, 80), 5: (100, 150), 6: (100, -150)}
    cross = {key: [*value, False if key != "layer" else 0] for key, value in tags.items()}
    assert joints(roads(nodes, [1, 2], [3, 4], [4, 5], **cross)) == []
    assert joints(roads(nodes, [1, 2], [3, 4], [4, 5])) == [("crossing", 0.0)]


def test_a_road_that_ends_under_a_bridge_does_not_meet_it() -> None:
    nodes = {1: (0, 0), 2: (200, 0), 3: (100, 1), 4: (100, 100), 5: (-100, 0), 6: (300, 0)}
    assert joints(roads(nodes, [5, 1], [1, 2], [2, 6], [4, 3], bridge=[False, True, False, False])) == []


@pytest.mark.parametrize("end", [(-1, 0), (1.5, 0.5), (0, 0)])
def test_where_a_bridge_comes_to_the_ground_a_road_may_meet_it(end: Place) -> None:
    # The road to the bridge ends at a node of its own, or a little short of the bridge's, or past it.
    nodes = {1: (0, 0), 2: (200, 0), 5: (-100, 0), 6: (300, 0), 7: end}
    found = joints(roads(nodes, [5, 7], [1, 2], [2, 6], bridge=[False, True, False]))
    assert found and all(gap < 5 for _, gap in found)


def test_a_dead_end_between_two_roads_that_do_not_meet_is_joined_to_both() -> None:
    # The lane ends two metres from one road and three from another, which is drawn apart from the first.
    network = roads({1: (0, 0), 2: (200, 0), 3: (0, 9), 4: (200, 9), 5: (99, 4.5), 6: (100, 4.5)}, [1, 2], [3, 4], [5, 6])
    assert joints(network) == [("gap", 4.5)] * 4


def test_all_ends_at_a_junction_taken_apart_are_joined_to_one_piece() -> None:
    # Two pairs, each nearest to each other: the nearest alone would leave two pieces.
    nodes = {1: (-100, 0), 2: (0, 0), 3: (0.5, 0.5), 4: (0, 100), 5: (3, 0), 6: (100, 0), 7: (3.4, -0.4), 8: (3, -100)}
    network = roads(nodes, [1, 2], [4, 3], [6, 5], [8, 7])
    made = join(network, find_joints(network))
    assert len(set(made.network.chains.part.tolist())) == 1


def test_ends_outside_the_region_are_for_nobody_to_judge() -> None:
    nodes = MAIN | {3: (100, 1), 4: (100, 100)}
    assert joints(roads(nodes, [1, 2], [4, 3], region=(-50, -50, 50, 50))) == []


def test_what_no_joint_covers_is_counted() -> None:
    # A dead end far from all, one near a road, and a bend two metres off a road that it neither ends at nor crosses.
    nodes = MAIN | {3: (100, 2), 4: (60, 90), 5: (140, 90), 6: (50, 3), 7: (50, 80)}
    network = roads(nodes, [1, 2], [4, 3, 5], [7, 6])
    ends, passes = open_country(network)
    assert sorted(network.node_id[ends].tolist()) == [1, 2, 4, 5, 7]
    assert network.node_id[passes].tolist() == [3]


places = st.tuples(st.integers(0, 60), st.integers(0, 60))


@settings(max_examples=200, deadline=None)
@given(nodes=st.lists(places, min_size=2, max_size=12, unique=True), data=st.data())
def test_joints_are_what_plain_loops_find_and_joining_conserves_the_roads(nodes: list[Place], data: st.DataObject) -> None:
    numbers = st.integers(1, len(nodes))
    ways = data.draw(st.lists(st.lists(numbers, min_size=2, max_size=3), min_size=1, max_size=6))
    layer = data.draw(st.lists(st.sampled_from((0, 1)), min_size=len(ways), max_size=len(ways)))
    network = roads(dict(enumerate(nodes, 1)), *ways, layer=layer)
    if not len(network.seg_u):
        return
    found = find_joints(network)
    u, v, level = network.seg_u.tolist(), network.seg_v.tolist(), network.ways["layer"].to_numpy()[network.seg_way].tolist()
    metre = [nodes[int(number) - 1] for number in network.node_id]
    lines = [shapely.LineString([metre[a], metre[b]]) for a, b in zip(u, v, strict=True)]
    apart = {(a, b) for a, b in combinations(range(len(u)), 2) if not {u[a], v[a]} & {u[b], v[b]}}

    def well_apart(a: int, b: int) -> bool:
        """Return whether two lines cross away from their ends: a touch may be off by a hair after the projection."""
        ends = ((a, (u[b], v[b])), (b, (u[a], v[a])))
        return lines[a].crosses(lines[b]) and all(
            lines[s].distance(shapely.MultiPoint([metre[n] for n in pair])) > 0.01 for s, pair in ends
        )

    sure = {(a, b) for a, b in apart if level[a] == level[b] and well_apart(a, b)}
    told = {(min(a, b), max(a, b)) for a, b in zip(found["segment"], found["other"], strict=True)}
    crossings = {(min(r.segment, r.other), max(r.segment, r.other)) for r in found.itertuples() if r.kind == "crossing"}
    assert sure <= crossings <= {(a, b) for a, b in apart if level[a] == level[b] and lines[a].distance(lines[b]) < 0.01}
    degree = [u.count(n) + v.count(n) for n in range(len(metre))]
    for row, (a, b) in enumerate(zip(u, v, strict=True)):
        for end, other_end in ((a, b), (b, a)):
            if degree[end] != 1:
                continue
            near = [
                s
                for s in range(len(u))
                if s != row and other_end not in (u[s], v[s]) and lines[s].distance(shapely.Point(metre[end])) < 4.99
            ]
            same = [s for s in near if level[s] == level[row]]
            # Whatever is near on its level is joined to it, or meets close by what is.
            for s in same:
                reach = [t for t in near if (min(row, t), max(row, t)) in told]
                assert any({u[s], v[s]} & {u[t], v[t]} for t in reach), (row, s)
    gaps = found[found["kind"] == "gap"]
    assert (gaps["gap_m"] <= 5.0).all() and (gaps["gap_m"] >= 0).all()

    made = join(network, found)
    assert made.network.length_m.sum() - made.network.length_m[made.segment].sum() == pytest.approx(
        network.length_m.sum(), rel=1e-4, abs=0.02
    )
    drawn = nx.Graph(zip(u, v, strict=True))
    kept = np.setdiff1d(np.arange(len(made.network.seg_u)), made.segment)
    without = nx.Graph(zip(made.network.seg_u[kept].tolist(), made.network.seg_v[kept].tolist(), strict=True))
    ends = [{n for n in part if n < len(metre)} for part in nx.connected_components(without)]
    assert sorted(map(sorted, ends)) == sorted(map(sorted, nx.connected_components(drawn)))
    assert np.array_equal(made.network.node_id[: len(metre)], network.node_id)
    assert (np.diff(made.network.node_id) > 0).all()


@settings(max_examples=200, deadline=None)
@given(points=st.lists(st.tuples(st.integers(0, 2), st.floats(0, 1)), max_size=8))
def test_vertices_split_segments_and_keep_what_was_there(points: list[tuple[int, float]]) -> None:
    network = roads({1: (0, 0), 2: (100, 0), 3: (100, 50), 4: (0, 50)}, [1, 2, 3, 4], name=["路"])
    segment = np.array([row for row, _ in points], dtype=np.int64)
    share = np.array([share for _, share in points])
    a, b = network.seg_u[segment], network.seg_v[segment]
    lon, lat = (xs[a] + share * (xs[b] - xs[a]) if len(points) else np.zeros(0) for xs in (network.lon, network.lat))
    grown, node = with_vertices(network, segment, lon, lat)
    assert grown.length_m.sum() == pytest.approx(network.length_m.sum())
    assert np.array_equal(grown.node_id[:4], network.node_id) and len(set(grown.node_id.tolist())) == len(grown.node_id)
    assert len(grown.seg_u) - len(network.seg_u) == len(grown.node_id) - 4
    assert nx.is_connected(nx.Graph(zip(grown.seg_u.tolist(), grown.seg_v.tolist(), strict=True)))
    if len(points):
        off = np.hypot((grown.lon[node] - lon) * 96486, (grown.lat[node] - lat) * 110852)
        assert (off <= 0.51).all()
    assert set(grown.ways["name"]) == {"路"} and grown.inside.all()


def test_bare_segments_are_of_ways_of_their_own() -> None:
    network = roads(MAIN | {3: (100, 50)}, [1, 2], [2, 3])
    grown, rows = with_segments(network, np.array([0]), np.array([2]), np.array([True]))
    assert rows.tolist() == [2] and grown.length_m[2] == pytest.approx(np.hypot(100, 50), rel=0.01)
    assert len(grown.ways) == len(network.ways) + 1
