"""How far the data reach: what leaves the known region inside the region is an edge of data."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.network import DRIVABLE, RANK, RoadNetwork
from tests.small_roads import BOX, REGION, network_of, points, stretch, ways

EXTENT_BOX = (0.0, 0.0, 2.5, 4.0)
EXTENT = shapely.box(*EXTENT_BOX)


def meets_known(a: tuple[int, int], b: tuple[int, int]) -> bool:
    """Return whether a line meets the box where region and extent overlap."""
    return bool(shapely.LineString([a, b]).intersects(shapely.box(BOX[0], BOX[1], EXTENT_BOX[2], BOX[3])))


@settings(deadline=None, max_examples=300)
@given(nodes=st.dictionaries(st.integers(1, 10), points), chains=ways)
def test_edges_of_data_are_what_plain_sets_say(nodes: dict[int, tuple[int, int]], chains: list[tuple[str, list[int]]]) -> None:
    inside = {node for node, (x, y) in nodes.items() if 1 <= x <= 3 and 1 <= y <= 3}
    known = {node for node in inside if nodes[node][0] <= 2.5}
    pairs: dict[frozenset[int], bool] = {}
    for highway, refs in chains:
        for a, b in pairwise(refs):
            if highway in RANK and a in nodes and b in nodes and a != b and ({a, b} & inside or stretch(nodes[a], nodes[b])):
                pair = frozenset((a, b))
                pairs[pair] = pairs.get(pair, False) or highway in DRIVABLE

    def edges(chosen: list[frozenset[int]]) -> set[int]:
        return {
            end for pair in chosen for end in pair if end in inside - known and (pair & known or meets_known(*(nodes[n] for n in pair)))
        }

    net = network_of(chains, nodes, extent=EXTENT)
    driven = [pair for pair, drivable in pairs.items() if drivable]
    assert set(net.node_id[net.edge_node].tolist()) == edges(driven)
    assert set(net.node_id[net.edge_on_foot].tolist()) == edges(list(pairs))
    assert net.edge_count == sum(len(pair & known) == 1 and pair <= inside for pair in driven)
    assert np.array_equal(net.of_mode("walk").edge_node, net.edge_on_foot)
    whole = network_of(chains, nodes, extent=shapely.box(-1, -1, 5, 5))
    unknown = network_of(chains, nodes)
    for other in (whole, unknown):
        assert len(other.edge_node) == len(other.edge_on_foot) == other.edge_count == 0
        assert Counter(other.seg_role.tolist()) == Counter(net.seg_role.tolist())


@pytest.mark.parametrize(("short_m", "cut_off"), [(0.0, True), (0.9, True), (1.2, False), (50.0, False)])
def test_a_road_that_ends_at_the_border_of_the_extent_was_cut_off(short_m: float, cut_off: bool) -> None:
    region, extent = shapely.box(114, 35, 114.2, 35.1), shapely.box(114, 35, 114.1, 35.1)
    end = 114.1 - short_m / 91_290  # metres of a degree of longitude there
    nodes = {1: (114.05, 35.05), 2: (end, 35.05), 3: (114.05, 35.06), 4: (end, 35.06), 5: (end, 35.0600001)}
    net = network_of([("primary", [1, 2]), ("footway", [3, 4, 5])], nodes, region, extent)
    assert net.node_id[net.edge_node].tolist() == ([2] if cut_off else [])
    assert net.node_id[net.edge_on_foot].tolist() == ([2, 5] if cut_off else [])
    assert net.edge_count == 0


def test_bare_edges_are_whole() -> None:
    network = RoadNetwork.from_edges([(114, 35), (114.1, 35.1)], [(0, 1)], [1.0])
    assert network.extent is not None and network.extent.equals(network.region)
    assert len(network.edge_node) == len(network.edge_on_foot) == 0
    assert REGION.area == 4
