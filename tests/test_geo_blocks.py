"""Chains, blocks and dominators against networkx and igraph on small graphs and real cities; and the size of real cuts against others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby, pairwise
from pathlib import Path

import geopandas as gpd
import igraph
import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from benchmarks.coverage import ROADS, Question, Roads, ask, read_roads, split, tile
from geo.blocks import Blocks, find_blocks
from geo.certificate import verify
from geo.chains import Chains, LinkFinder, Links, cut_links, find_chains
from geo.coverage import analyse
from geo.network import RoadNetwork

Edges = list[tuple[int, int]]
CITIES = (ROADS.name, "douala_809.original.parquet")


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, Edges]:
    """Draw a graph with parallel edges and loops, some edges drawn out into chains; some nodes may have none."""
    count = draw(st.integers(1, 9))
    node = st.integers(0, count - 1)
    edges: Edges = []
    for a, b, inside in draw(st.lists(st.tuples(node, node, st.sampled_from((0, 0, 1, 3))), max_size=16)):
        way = [a, *range(count, count + inside), b]
        count += inside
        edges += [step if draw(st.booleans()) else step[::-1] for step in pairwise(way)]
    order = draw(st.permutations(range(count)))
    return count, draw(st.permutations([(order[a], order[b]) for a, b in edges]))


def columns(edges: Edges) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    u, v = np.array(edges, dtype=np.int64).reshape(-1, 2).T
    return u, v


# Chains and links


def walked(count: int, edges: Edges, kept: set[int]) -> set[frozenset[int]]:
    """Return the rows of edges that hang together through nodes that are not kept."""
    rows = nx.Graph()
    rows.add_nodes_from(range(len(edges)))
    for node in set(range(count)) - kept:
        nx.add_path(rows, [row for row, edge in enumerate(edges) if node in edge])
    return {frozenset(rows_) for rows_ in nx.connected_components(rows)}


def darts_of(chains: Chains, offset: NDArray[np.int64]) -> Iterator[list[int]]:
    for start, stop in pairwise(offset.tolist()):
        yield chains.dart[start:stop].tolist()


def nodes_on(chains: Chains, darts: list[int]) -> list[int]:
    """Return the nodes along some darts, which must follow one another."""
    assert all(chains.head[one] == chains.tail[next_one] for one, next_one in pairwise(darts))
    return [*chains.tail[darts].tolist(), int(chains.head[darts[-1]])]


@settings(max_examples=400)
@given(graphs())
def test_every_edge_is_in_one_chain_and_only_shape_points_are_inside(graph: tuple[int, Edges]) -> None:
    count, edges = graph
    degree = np.bincount(np.array(edges, dtype=int).ravel(), minlength=count)
    chains = find_chains(count, *columns(edges))
    assert sorted(chains.row.tolist()) == list(range(len(edges)))
    inside: list[int] = []
    for darts in darts_of(chains, chains.offset):
        nodes = nodes_on(chains, darts)
        assert chains.end[nodes[0]] and chains.end[nodes[-1]]
        inside += nodes[1:-1]
    assert sorted(inside) == np.flatnonzero(~chains.end).tolist()
    assert (degree[inside] == 2).all()
    found = {frozenset(dart % len(edges) for dart in darts) for darts in darts_of(chains, chains.offset)}
    # A node of degree two is an end only where a closed ring needs one.
    assert found == walked(count, edges, set(np.flatnonzero(degree != 2).tolist()))


@settings(max_examples=400)
@given(graphs(), st.data())
def test_links_are_what_walking_from_kept_node_to_kept_node_finds(graph: tuple[int, Edges], data: st.DataObject) -> None:
    count, edges = graph
    special = data.draw(st.lists(st.integers(0, count - 1), max_size=3))
    cost = np.array(data.draw(st.lists(st.integers(0, 5), min_size=count, max_size=count)))
    length = np.array([2.0**row for row in range(len(edges))])
    chains = find_chains(count, *columns(edges))
    links = cut_links(chains, np.array(special, dtype=int))
    assert set(links.node.tolist()) == set(np.flatnonzero(chains.end).tolist()) | set(special)
    assert [links.at[node] for node in links.node] == list(range(len(links.node)))
    assert (np.delete(links.at, links.node) == -1).all()

    parts = [[dart % len(edges) for dart in darts] for darts in darts_of(chains, links.start)]
    assert {frozenset(rows) for rows in parts} == walked(count, edges, set(links.node.tolist()))
    assert links.sums(length).tolist() == [sum(length[rows]) for rows in parts]
    assert links.anywhere(length == 4).tolist() == [2 in rows for rows in parts]
    least, where = links.least(cost)
    for link, darts in enumerate(darts_of(chains, links.start)):
        nodes = nodes_on(chains, darts)
        assert [nodes[0], nodes[-1]] == links.node[[links.a[link], links.b[link]]].tolist()
        assert (links.at[nodes[1:-1]] == -1).all()
        assert where[link] == (min(nodes[1:-1], key=lambda node: cost[node]) if nodes[1:-1] else -1)
        assert least[link] == (min(cost[nodes[1:-1]]) if nodes[1:-1] else np.iinfo(np.int64).max)
    check_ways(links, length)


def check_ways(links: Links, length: NDArray[np.float64]) -> None:
    """Check that a way takes the shortest of the links each time; no two links are equally long."""
    sums = links.sums(length)
    finder = LinkFinder(links, np.arange(len(links.a)), sums)
    inside: dict[tuple[int, int], list[int]] = {}
    ways = [nodes_on(links.chains, darts) for darts in darts_of(links.chains, links.start)]
    for link in np.argsort(-sums):
        a, b = int(links.a[link]), int(links.b[link])
        inside[a, b], inside[b, a] = ways[link][:-1], ways[link][:0:-1]
    kept = nx.Graph(pair for pair in inside if pair[0] != pair[1])
    for _, routes in nx.all_pairs_shortest_path(kept):
        for steps in routes.values():
            nodes = [node for pair in pairwise(steps) for node in inside[pair]]
            assert finder.way(steps).tolist() == [*nodes, links.node[steps[-1]]]


# Blocks and dominators


def block_sets(blocks: Blocks) -> set[frozenset[int]]:
    """Return the nodes of every block."""
    places = sorted(range(1, len(blocks.node)), key=lambda place: blocks.block[place])
    found = set()
    for _, group in groupby(places, key=lambda place: blocks.block[place]):
        inside = list(group)
        assert len({int(blocks.dominator[place]) for place in inside}) == 1
        found.add(frozenset(blocks.node[[*inside, blocks.dominator[inside[0]]]].tolist()))
    return found


@settings(max_examples=600)
@given(graphs(), st.data())
def test_blocks_and_dominators_are_those_of_networkx(graph: tuple[int, Edges], data: st.DataObject) -> None:
    count, edges = graph
    root = data.draw(st.integers(0, count - 1))
    u, v = columns(edges)
    found = find_blocks(count, u.astype(np.int32), v.astype(np.int32), root)

    whole = nx.Graph()
    whole.add_nodes_from(range(count))
    whole.add_edges_from((a, b) for a, b in edges if a != b)
    part = whole.subgraph(nx.node_connected_component(whole, root))
    assert found.node[0] == root and sorted(found.node.tolist()) == sorted(part)
    assert block_sets(found) == {frozenset(block) for block in nx.biconnected_components(part)}
    for place in range(1, len(found.node)):
        edge = {int(found.node[place]), int(found.node[found.parent[place]])}
        assert edge <= set(found.members(place).tolist()) in block_sets(found)
        assert part.has_edge(*edge)

    dominator = nx.immediate_dominators(part.to_directed(), root)
    assert {int(found.node[p]): int(found.node[found.dominator[p]]) for p in range(1, len(found.node))} == {
        node: before for node, before in dominator.items() if node != root
    }
    value = np.array(data.draw(st.lists(st.integers(0, 9), min_size=len(found.node), max_size=len(found.node))))
    total = np.zeros_like(value)
    depth = []
    for place in range(len(found.node)):
        chain = [place]
        while chain[-1]:
            chain.append(int(found.dominator[chain[-1]]))
        depth.append(len(chain) - 1)
        total[chain] += value[place]
    assert found.sums_below(value).tolist() == total.tolist()
    assert found.depth().tolist() == depth


@pytest.fixture(scope="module", params=CITIES)
def city(request: pytest.FixtureRequest, test_data: Path) -> Roads:
    lines = gpd.read_parquet(test_data / ROADS.parent / request.param).geometry.values
    xy, ends = np.unique(shapely.get_coordinates(lines), axis=0, return_inverse=True)
    return Roads(xy - xy.min(axis=0), ends.reshape(-1, 2), shapely.length(lines))


def test_chains_of_a_city_are_its_edges_in_order(city: Roads) -> None:
    u, v = city.ends.T
    chains = find_chains(len(city.xy), u, v)
    assert (np.bincount(chains.row, minlength=len(u)) == 1).all()
    follows = ~chains.first[1:]
    assert (chains.head[chains.dart[:-1]] == chains.from_node[1:])[follows].all()
    assert not chains.end[chains.from_node[1:][follows]].any()
    degree = np.bincount(city.ends.ravel())
    assert chains.end[degree != 2].all() and (degree[~chains.end] == 2).all()
    links = cut_links(chains, np.arange(0, len(city.xy), 1000))
    assert links.sums(city.length_m).sum() == pytest.approx(city.length_m.sum())


def test_blocks_and_dominators_of_a_city_are_those_of_igraph(city: Roads) -> None:
    root = int(np.argmin(np.abs(city.xy - np.median(city.xy, axis=0)).sum(axis=1)))
    u, v = city.ends.T.astype(np.int32)
    found = find_blocks(len(city.xy), u, v, root)
    graph = igraph.Graph(len(city.xy), city.ends).simplify()
    reached = set(graph.subcomponent(root))
    assert set(found.node.tolist()) == reached
    theirs = {frozenset(block) for block in graph.biconnected_components() if len(block) > 1 and block[0] in reached}
    assert len(theirs) > 1000
    assert block_sets(found) == theirs
    biggest = max(theirs, key=len)
    inside = int(np.flatnonzero(np.isin(found.node, list(biggest)) & (found.block == np.bincount(found.block[1:]).argmax()))[0])
    assert frozenset(found.members(inside).tolist()) == biggest

    dominator = np.array(graph.as_directed().dominator(root))
    assert (dominator[found.node[1:]] == found.node[found.dominator[1:]]).all()


# Cuts


def check_cut(question: Question, *, least: int) -> None:
    """Check the sealing set of a question, of at least so many posts, with its certificate and against SciPy and igraph."""
    network = RoadNetwork.from_edges(question.lonlat, question.ends, question.length_m)
    found = analyse(network, sources=question.sources, settlements=question.settlements.tolist())
    assert verify(found.certificate(at="2020-02-12T18:00", mode="drive", ids=list(map(str, question.settlements)))) is None
    tail, head, capacity, outside, goal = split(question)
    graph = sparse.coo_array((capacity.astype(np.int32), (tail, head)), shape=(goal + 1, goal + 1)).tocsr()
    flow = csgraph.maximum_flow(graph, outside, goal).flow_value
    cut = igraph.Graph(goal + 1, np.column_stack([tail, head]), directed=True).mincut(outside, goal, capacity.tolist())
    assert len(found.sealing_posts) == len(found.disjoint_routes) == flow == cut.value >= least


def test_the_sealing_set_of_a_city_is_as_small_as_others_find(city: Roads) -> None:
    check_cut(ask(city), least=10)
    places = np.random.default_rng(7).permutation(len(city.xy))
    check_cut(replace(ask(city), sources=np.sort(places[:60]), settlements=places[60:120]), least=30)


def test_tiles_meet_side_on_side(test_data: Path) -> None:
    wuhan = read_roads(test_data)
    four = tile(wuhan, 2)
    count, edges = len(wuhan.xy), len(wuhan.ends)
    assert len(four.xy) == 4 * count
    assert (four.ends[: 4 * edges] // count == np.repeat(np.arange(4), edges)[:, None]).all()
    a, b = four.ends[4 * edges :].T
    assert (a % count == b % count).all() and 4 * 250 < len(a) <= 4 * 300
    assert set(zip((a // count).tolist(), (b // count).tolist(), strict=True)) == {(0, 1), (0, 2), (1, 3), (2, 3)}
    # A node and its image lie opposite each other, so a join runs along an axis, across the side.
    step = np.abs(four.xy[a] - four.xy[b])
    assert (step.min(axis=1) < 1e-6).all()
    assert four.length_m[4 * edges :] == pytest.approx(step.max(axis=1))
    middle = wuhan.xy.max(axis=0)
    assert (((four.xy[a] - middle) * (four.xy[b] - middle)).min(axis=1) <= 0).all()
