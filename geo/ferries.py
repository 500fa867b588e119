"""Ferries: from landing to landing where both are in the known region, else a way in at the landing that is.

The ways of ferries that meet are one group. Its landings are where its ways end, and where it shares a node with a road. A landing leads to
the road node it shares, else to the nearest within 100 m. A terminal of ferries that no ferry of the file reaches is a landing whose other
side nobody knows: it leads to the nearest road node within 200 m.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import shapely
from scipy import sparse
from scipy.sparse import csgraph

from geo.network import FERRY, FERRY_CLASS, WAY_DEFAULTS, Bools, Floats, Ints, Nodes, RoadNetwork, geodesic_m
from geo.watch import RoadIndex

LANDING_M = 100.0
TERMINAL_M = 200.0
NOWHERE = -1


@dataclass(frozen=True)
class FerryWay:
    """A way of a ferry: its OSM id, its chain of nodes, its name, and whether it takes vehicles."""

    osm_id: int
    refs: Ints
    name: str
    drive: bool


@dataclass(frozen=True)
class Terminal:
    """A place that is tagged as a terminal of ferries."""

    name: str
    lon: float
    lat: float


@dataclass(frozen=True)
class _Group:
    osm_id: int
    name: str
    drive: bool
    landings: Ints  # positions in the file's nodes
    cut: bool  # a node of it is missing, so it goes on to nobody knows where


def takes_vehicles(tags: dict[str, str]) -> bool:
    """Return whether a ferry takes vehicles; one that says nothing does.

    >>> takes_vehicles({"route": "ferry"}), takes_vehicles({"motor_vehicle": "no"}), takes_vehicles({"foot": "only"})
    (True, False, False)
    """
    if "yes" in (tags.get("motorcar"), tags.get("motor_vehicle"), tags.get("hgv")):
        return True
    return "no" not in (tags.get("motorcar"), tags.get("motor_vehicle"), tags.get("vehicle")) and tags.get("foot") != "only"


def with_ferries(
    network: RoadNetwork, nodes: Nodes, ways: Sequence[FerryWay], road_refs: Ints, terminals: Sequence[Terminal]
) -> tuple[RoadNetwork, list[dict[str, Any]]]:
    """Return the network with its ferries, and the landings in the known region.

    A landing has ``name, lon, lat`` and ``kind``: ``edge`` where the ferry stays in the known region, ``source`` where it does not or
    nobody knows, ``off_road`` where no road is near enough for anyone to leave the water.

    Parameters
    ----------
    nodes
        All nodes of the file, by rising id.
    road_refs
        The ids of all nodes of roads, those far from the region among them.
    """
    if not ways and not terminals:
        return network, []
    groups = _groups(nodes, ways, road_refs)
    joiner = _Joiner(network)
    listed: list[dict[str, Any]] = []
    edges: list[tuple[int, int, _Group, bool]] = []
    sources: dict[bool, set[int]] = {True: set(), False: set()}
    taken = np.zeros(len(terminals), dtype=bool)
    at_terminal = np.array([(t.lon, t.lat) for t in terminals]).reshape(-1, 2)

    for group in groups:
        at = group.landings
        near = _within(at_terminal, nodes.lon[at], nodes.lat[at], TERMINAL_M)
        taken |= near.any(axis=1)
        known = joiner.known(nodes.lon[at], nodes.lat[at])
        if not known.any():
            continue
        inner = at[known]
        node = joiner.join(nodes.id[inner], nodes.lon[inner], nodes.lat[inner], LANDING_M, drive=group.drive)
        drive = group.drive and bool((node != NOWHERE).all())
        foot = joiner.join(nodes.id[inner], nodes.lon[inner], nodes.lat[inner], LANDING_M, drive=False)
        whole = bool(known.all()) and not group.cut and len(at) > 1
        joined = node if whole and drive else np.where(node == NOWHERE, foot, node) if not whole else foot
        if whole:
            ends = joined[joined != NOWHERE]
            edges += [(int(ends[0]), int(end), group, drive) for end in ends[1:] if end != ends[0]]
        else:
            sources[True] |= set(node[node != NOWHERE].tolist()) if group.drive else set()
            sources[False] |= set(joined[joined != NOWHERE].tolist())
        for row, place in enumerate(inner.tolist()):
            beside = np.flatnonzero(near[:, known][:, row]).tolist()
            name = next((terminals[t].name for t in beside if terminals[t].name), group.name)
            kind = "off_road" if joined[row] == NOWHERE else "edge" if whole else "source"
            listed.append({"name": name, "lon": float(nodes.lon[place]), "lat": float(nodes.lat[place]), "kind": kind})

    for terminal in (t for t, is_taken in zip(terminals, taken, strict=True) if not is_taken):
        lon, lat = np.array([terminal.lon]), np.array([terminal.lat])
        if not joiner.known(lon, lat)[0]:
            continue
        driven, walked = (int(joiner.nearest(lon, lat, TERMINAL_M, drive=drive)[0]) for drive in (True, False))
        sources[True] |= {driven} - {NOWHERE}
        sources[False] |= {driven if driven != NOWHERE else walked} - {NOWHERE}
        kind = "off_road" if max(driven, walked) == NOWHERE else "source"
        listed.append({"name": terminal.name, "lon": terminal.lon, "lat": terminal.lat, "kind": kind})
    return _with_edges(network, edges, sources), listed


class _Joiner:
    """Joins landings to the roads of a network."""

    def __init__(self, network: RoadNetwork) -> None:
        self.network = network
        self.index = {drive: RoadIndex(network.of_mode("drive" if drive else "walk")) for drive in (True, False)}

    def known(self, lon: Floats, lat: Floats) -> Bools:
        """Return which places lie in the known region."""
        known = shapely.intersects_xy(self.network.region, lon, lat)
        return np.asarray(known if self.network.extent is None else known & shapely.intersects_xy(self.network.extent, lon, lat))

    def join(self, ids: Ints, lon: Floats, lat: Floats, within_m: float, *, drive: bool) -> Ints:
        """Return the road node that each landing is, else the nearest; ``NOWHERE`` where none is near enough."""
        own = np.searchsorted(self.network.node_id, ids)
        own = np.minimum(own, max(len(self.network.node_id) - 1, 0))
        on_road = self.index[drive].network.on_road
        near = self.nearest(lon, lat, within_m, drive=drive)
        if not len(on_road):
            return near
        return np.where((self.network.node_id[own] == ids) & on_road[own], own, near)

    def nearest(self, lon: Floats, lat: Floats, within_m: float, *, drive: bool) -> Ints:
        """Return the road node nearest to each place, at most so far away, else ``NOWHERE``."""
        node, away = self.index[drive].nearest_node(lon, lat)
        return np.where(away <= within_m, node, NOWHERE)


def _groups(nodes: Nodes, ways: Sequence[FerryWay], road_refs: Ints) -> list[_Group]:
    """Return the groups of ferry ways that meet, with their landings."""
    if not ways:
        return []
    refs = np.concatenate([way.refs for way in ways])
    number = np.repeat(np.arange(len(ways)), [len(way.refs) for way in ways])
    _, node = np.unique(refs, return_inverse=True)
    size = len(ways) + (int(node.max()) + 1 if len(node) else 0)
    graph = sparse.coo_array((np.ones(len(refs), dtype=np.int8), (number, len(ways) + node)), shape=(size, size))
    part = csgraph.connected_components(graph, directed=False)[1][: len(ways)]
    return [_group(nodes, [ways[i] for i in np.flatnonzero(part == one).tolist()], road_refs) for one in np.unique(part)]


def _group(nodes: Nodes, ways: Sequence[FerryWay], road_refs: Ints) -> _Group:
    refs = np.unique(np.concatenate([way.refs for way in ways]))
    there = np.isin(refs, nodes.id)
    ends = Counter(int(end) for way in ways if len(way.refs) for end in (way.refs[0], way.refs[-1]))
    # Of one that goes round without touching a road, its first node stands for its landing.
    outer = [end for end, count in ends.items() if count == 1] or list(ends)[:1]
    landing = refs[there & (np.isin(refs, outer) | np.isin(refs, road_refs))]
    name = next((way.name for way in ways if way.name), "")
    at = np.searchsorted(nodes.id, landing)
    return _Group(ways[0].osm_id, name, any(way.drive for way in ways), at, bool((~there).any()))


def _within(places: Floats, lon: Floats, lat: Floats, metres: float) -> Bools:
    """Return which places lie within so many metres of which points, shape ``(places, points)``."""
    row, column = np.indices((len(places), len(lon))).reshape(2, -1)
    both_lon, both_lat = np.concatenate([places[:, 0], lon]), np.concatenate([places[:, 1], lat])
    return geodesic_m(both_lon, both_lat, row, len(places) + column).reshape(len(places), len(lon)) <= metres


def _with_edges(network: RoadNetwork, edges: Sequence[tuple[int, int, _Group, bool]], sources: dict[bool, set[int]]) -> RoadNetwork:
    """Return the network with a segment for each edge, each of a way of its own, and the landings that are sources."""
    u, v = (np.array([edge[end] for edge in edges], dtype=np.int64) for end in (0, 1))
    columns = {"osm_id": [group.osm_id for _, _, group, _ in edges], "name": [group.name for _, _, group, _ in edges]}
    ways = network.ways
    if edges:
        more = pd.DataFrame(WAY_DEFAULTS | {"highway": FERRY_CLASS} | columns, index=range(len(edges)))
        ways = pd.concat([ways, more[list(ways)].astype(ways.dtypes)], ignore_index=True)
    landings = {drive: np.array(sorted(found), dtype=np.int64) for drive, found in sources.items()}
    return replace(
        network,
        seg_u=np.concatenate([network.seg_u, u]),
        seg_v=np.concatenate([network.seg_v, v]),
        seg_way=np.concatenate([network.seg_way, len(network.ways) + np.arange(len(edges))]),
        seg_drive=np.concatenate([network.seg_drive, np.array([drive for *_, drive in edges], dtype=bool)]),
        seg_role=np.concatenate([network.seg_role, np.full(len(edges), FERRY, dtype=np.int8)]),
        length_m=np.concatenate([network.length_m, geodesic_m(network.lon, network.lat, u, v)]),
        ways=ways,
        ferry_node=landings[True],
        ferry_on_foot=landings[False],
    )
