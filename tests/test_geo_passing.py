"""Roads through the region without a node in it: found, split inside, sources at their ends, and counted apart."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.network import DRIVABLE, FERRY, PASSING, RANK, ROAD, load, save
from geo.road_layers import frames
from geo.watch import RoadIndex
from tests.small_roads import REGION, network_of, points, stretch, ways


@settings(deadline=None, max_examples=300)
@given(nodes=st.dictionaries(st.integers(1, 10), points), chains=ways)
def test_what_passes_is_what_cutting_each_line_at_the_box_says(
    nodes: dict[int, tuple[int, int]], chains: list[tuple[str, list[int]]]
) -> None:
    inside = {node for node, (x, y) in nodes.items() if 1 <= x <= 3 and 1 <= y <= 3}
    expected: dict[frozenset[int], bool] = {}
    middle: dict[frozenset[int], tuple[float, float]] = {}
    for highway, refs in chains:
        for a, b in pairwise(refs):
            if highway not in RANK or a not in nodes or b not in nodes or a == b or {a, b} & inside:
                continue
            if part := stretch(nodes[a], nodes[b]):
                pair = frozenset((a, b))
                expected[pair] = expected.get(pair, False) or highway in DRIVABLE
                at = sum(part) / 2
                middle[pair] = tuple(p + at * (q - p) for p, q in zip(nodes[a], nodes[b], strict=True))

    net = network_of(chains, nodes)
    halves = np.flatnonzero(net.seg_role == PASSING)
    found: dict[int, list[tuple[int, bool]]] = {}
    for s in halves:
        u, v = int(net.seg_u[s]), int(net.seg_v[s])
        assert net.inside[u] != net.inside[v]
        new, old = (u, v) if net.inside[u] else (v, u)
        found.setdefault(new, []).append((int(net.node_id[old]), bool(net.seg_drive[s])))
    got = {frozenset(end for end, _ in ends): ends[0][1] for ends in found.values()}
    assert all(len(ends) == 2 for ends in found.values())
    assert got == expected
    for new, ends in found.items():
        assert (net.lon[new], net.lat[new]) == pytest.approx(middle[frozenset(end for end, _ in ends)])
        assert net.node_id[new] > max(nodes)
    assert net.passing_count == sum(expected.values())
    assert set(net.node_id[net.passing_ends].tolist()) == {end for pair in expected for end in pair}
    drive = net.of_mode("drive")
    assert set(drive.node_id[drive.passing_ends].tolist()) == {end for pair, drivable in expected.items() if drivable for end in pair}
    assert np.all(np.diff(net.node_id) > 0)
    assert not np.isin(net.crossings, halves).any()
    assert not np.isin(net.vertices, list(found)).any()


def test_a_road_through_a_village_is_on_the_map_and_leads_to_it() -> None:
    net = network_of([("primary", [1, 2]), ("track", [3, 4])], {1: (0, 2), 2: (4, 2), 3: (1.2, 1.2), 4: (1.4, 1.2)})
    assert (net.passing_count, len(net.crossings), len(net.counted), len(net.junctions)) == (1, 0, 1, 0)
    assert net.node_id.tolist() == [1, 2, 3, 4, 5]
    assert net.length_m[net.seg_role == PASSING].sum() == pytest.approx(444_515, rel=0.01)
    drive = net.of_mode("drive")
    assert len(drive.seg_u) == 3
    node, away = RoadIndex(drive).nearest_node(np.array([2.0]), np.array([2.1]))
    assert drive.node_id[node].tolist() == [5] and away[0] < 12_000
    roads = frames(net)["roads"].set_index("id")
    assert roads.loc["w1"].geometry.equals(shapely.LineString([(0, 2), (2, 2), (4, 2)]))


def test_a_footpath_passes_on_foot_alone() -> None:
    net = network_of([("footway", [1, 2])], {1: (0, 2), 2: (4, 2)})
    assert (net.passing_count, len(net.passing_ends)) == (0, 2)
    assert len(net.of_mode("drive").seg_u) == 0 and len(net.of_mode("walk").seg_u) == 2
    assert not net.on_road.any() and net.of_mode("walk").on_road.all()


def test_each_stretch_inside_gets_a_vertex() -> None:
    comb = shapely.difference(shapely.box(1, 1, 5, 5), shapely.box(2, 2, 3, 5))
    net = network_of([("primary", [1, 2, 3])], {1: (0, 4), 2: (6, 4), 3: (3, 0)}, comb)
    assert net.seg_role.tolist() == [PASSING] * 3 + [PASSING] * 2
    assert net.lon[net.node_id > 3].tolist()[:2] == [1.5, 4.0]
    assert net.passing_count == 2
    roads = frames(net)["roads"]
    assert shapely.get_coordinates(roads.geometry.iloc[0])[:4, 0].tolist() == [0, 1.5, 4.0, 6]


def test_what_touches_a_corner_does_not_pass() -> None:
    net = network_of([("primary", [1, 2]), ("primary", [3, 4])], {1: (0, 2), 2: (2, 0), 3: (0, 0.5), 4: (4, 0.5)})
    assert len(net.seg_u) == 0


def test_a_workspace_of_before_opens_without_what_it_did_not_know(tmp_path: Path) -> None:
    net = network_of([("primary", [1, 2])], {1: (2, 2), 2: (4, 2)}, extent=REGION)
    save(net, tmp_path)
    again = load(tmp_path)
    assert again.extent is not None and again.extent.equals(REGION) and again.seg_role.dtype == np.int8
    for name in ("seg_role", "edge_node", "edge_on_foot", "ferry_node"):
        (tmp_path / f"{name}.npy").unlink()
    (tmp_path / "extent.wkb").unlink()
    old = load(tmp_path)
    assert old.extent is None and old.seg_role.tolist() == [ROAD]
    assert len(old.edge_node) == len(old.edge_on_foot) == len(old.ferry_node) == 0
    assert FERRY == 2
