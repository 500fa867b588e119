"""Ferries: from landing to landing where both lie in the known region, otherwise a way in at the landing that does.

Ferry ways that meet form a group. Its landings are the ends of its ways, and the nodes that it shares with a road. Where several of its
ways end far from any road, they only meet on the water. A landing leads to the road node that it shares, otherwise to the nearest one
within 100 m, otherwise to the one nearest to a terminal beside it. A ferry terminal that no ferry of the file reaches is a landing whose
other side is unknown. It leads to the nearest road node within 200 m.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

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
    """A ferry's way: its OSM id, its chain of node ids, its name, and whether it takes vehicles."""

    osm_id: int
    refs: Ints
    name: str
    drive: bool


@dataclass(frozen=True)
class Terminal:
    """A place tagged as a ferry terminal, degrees WGS-84."""

    name: str
    lon: float
    lat: float


@dataclass(frozen=True)
class _Group:
    """Ferry ways that meet."""

    osm_id: int
    name: str
    drive: bool
    landings: Ints  # positions in the file's nodes
    certain: Bools  # which of them are more than a point where its own ways meet
    cut: bool  # a node is missing, so it continues to an unknown place


# Two road nodes, the ferry, and whether it takes vehicles.
Edge: TypeAlias = tuple[int, int, _Group, bool]


def takes_vehicles(tags: dict[str, str]) -> bool:
    """Return whether a ferry takes vehicles; without a tag that says otherwise, it does.

    >>> takes_vehicles({"route": "ferry"}), takes_vehicles({"motor_vehicle": "no"}), takes_vehicles({"foot": "only"})
    (True, False, False)
    """
    if "yes" in (tags.get("motorcar"), tags.get("motor_vehicle"), tags.get("hgv")):
        return True
    return "no" not in (tags.get("motorcar"), tags.get("motor_vehicle"), tags.get("vehicle")) and tags.get("foot") != "only"


def with_ferries(
    network: RoadNetwork, nodes: Nodes, ways: Sequence[FerryWay], road_refs: Ints, terminals: Sequence[Terminal]
) -> tuple[RoadNetwork, list[dict[str, Any]]]:
    """Add ferries to a network.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    nodes : Nodes
        All nodes of the file, by ascending id.
    ways : sequence of FerryWay
        The ferries of the file.
    road_refs : ndarray of int64
        The ids of all nodes of roads, including those far from the region.
    terminals : sequence of Terminal
        The ferry terminals of the file.

    Returns
    -------
    network : RoadNetwork
        With a segment for each ferry within the known region, and ``ferry_node`` and ``ferry_on_foot`` filled.
    landings : list of dict
        The landings in the known region: ``name, lon, lat`` and ``kind``. The kind is ``edge`` where the ferry stays in the known region,
        ``source`` where it does not or nobody knows, and ``off_road`` where no road is near enough for anyone to leave the water.
    """
    if not ways and not terminals:
        return network, []
    joiner = _Joiner(network, terminals)
    listed: list[dict[str, Any]] = []
    edges: list[Edge] = []
    sources: dict[bool, set[int]] = {True: set(), False: set()}
    taken = np.zeros(len(terminals), dtype=bool)

    for group in _groups(nodes, ways, road_refs):
        at = group.landings
        near = joiner.terminals_near(nodes.lon[at], nodes.lat[at])
        taken |= near.any(axis=1)
        known = joiner.known(nodes.lon[at], nodes.lat[at])
        inner, beside = at[known], near[:, known]
        driven, walked = (joiner.land(nodes, inner, beside, drive=drive) for drive in (True, False))
        if not group.drive:
            driven = np.full(len(inner), NOWHERE)
        joined = np.where(driven == NOWHERE, walked, driven)
        within = bool(known.all()) and not group.cut
        if within:
            edges += [*_edges(group, driven, drive=True), *_edges(group, joined, drive=False), *_edges(group, walked, drive=False)]
        else:
            sources[True] |= set(driven.tolist()) - {NOWHERE}
            sources[False] |= {*joined.tolist(), *walked.tolist()} - {NOWHERE}
        for row in np.flatnonzero(group.certain[known] | (joined != NOWHERE)).tolist():
            names = [terminals[t].name for t in np.flatnonzero(beside[:, row]).tolist()]
            name = next((name for name in names if name), group.name)
            kind = "off_road" if joined[row] == NOWHERE else "edge" if within else "source"
            listed.append({"name": name, "lon": float(nodes.lon[inner[row]]), "lat": float(nodes.lat[inner[row]]), "kind": kind})

    for terminal in (t for t, is_taken in zip(terminals, taken, strict=True) if not is_taken):
        lon, lat = np.array([terminal.lon]), np.array([terminal.lat])
        if not joiner.known(lon, lat)[0]:
            continue
        by_car, on_foot = (int(joiner.nearest(lon, lat, TERMINAL_M, drive=drive)[0]) for drive in (True, False))
        sources[True] |= {by_car} - {NOWHERE}
        sources[False] |= {by_car, on_foot} - {NOWHERE}
        kind = "off_road" if max(by_car, on_foot) == NOWHERE else "source"
        listed.append({"name": terminal.name, "lon": terminal.lon, "lat": terminal.lat, "kind": kind})
    return _with_edges(network, edges, sources), listed


def _edges(group: _Group, node: Ints, *, drive: bool) -> list[Edge]:
    """Return edges that join all road nodes to which the landings of a group lead."""
    ends = np.unique(node[node != NOWHERE]).tolist()
    return [(ends[0], end, group, drive) for end in ends[1:]]


class _Joiner:
    """Joins landings to the roads of a network."""

    def __init__(self, network: RoadNetwork, terminals: Sequence[Terminal]) -> None:
        self.network = network
        self.index = {drive: RoadIndex(network.of_mode("drive" if drive else "walk")) for drive in (True, False)}
        self.lon, self.lat = (np.array([getattr(t, name) for t in terminals], dtype=np.float64) for name in ("lon", "lat"))

    def terminals_near(self, lon: Floats, lat: Floats) -> Bools:
        """Return which terminals lie near which places, shape ``(terminals, places)``."""
        row, column = np.indices((len(self.lon), len(lon))).reshape(2, -1)
        away = geodesic_m(np.concatenate([self.lon, lon]), np.concatenate([self.lat, lat]), row, len(self.lon) + column)
        return np.asarray(away <= TERMINAL_M).reshape(len(self.lon), len(lon))

    def land(self, nodes: Nodes, at: Ints, beside: Bools, *, drive: bool) -> Ints:
        """Return the road node to which each landing leads. ``beside`` marks the terminals near it."""
        found = self.join(nodes.id[at], nodes.lon[at], nodes.lat[at], LANDING_M, drive=drive)
        for row in np.flatnonzero((found == NOWHERE) & beside.any(axis=0)).tolist():
            near = self.nearest(self.lon[beside[:, row]], self.lat[beside[:, row]], TERMINAL_M, drive=drive)
            found[row] = near.max()
        return found

    def known(self, lon: Floats, lat: Floats) -> Bools:
        """Return which places lie in the known region."""
        known = shapely.intersects_xy(self.network.region, lon, lat)
        return np.asarray(known if self.network.extent is None else known & shapely.intersects_xy(self.network.extent, lon, lat))

    def join(self, ids: Ints, lon: Floats, lat: Floats, within_m: float, *, drive: bool) -> Ints:
        """Return the road node that each landing is, otherwise the nearest one; ``NOWHERE`` where none is near enough."""
        own = np.searchsorted(self.network.node_id, ids)
        own = np.minimum(own, max(len(self.network.node_id) - 1, 0))
        on_road = self.index[drive].network.on_road
        near = self.nearest(lon, lat, within_m, drive=drive)
        if not len(on_road):
            return near
        return np.where((self.network.node_id[own] == ids) & on_road[own], own, near)

    def nearest(self, lon: Floats, lat: Floats, within_m: float, *, drive: bool) -> Ints:
        """Return the nearest road node within a distance of each place, otherwise ``NOWHERE``."""
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
    refs, count = np.unique(np.concatenate([way.refs for way in ways]), return_counts=True)
    there, shared = np.isin(refs, nodes.id), np.isin(refs, road_refs)
    ends = np.isin(refs, [end for way in ways for end in (way.refs[0], way.refs[-1])])
    landing = there & (ends | shared)
    name = next((way.name for way in ways if way.name), "")
    certain = (shared | (count == 1))[landing]
    at = np.searchsorted(nodes.id, refs[landing])
    return _Group(ways[0].osm_id, name, any(way.drive for way in ways), at, certain, bool((~there).any()))


def _with_edges(network: RoadNetwork, edges: Sequence[Edge], sources: dict[bool, set[int]]) -> RoadNetwork:
    """Return the network with a segment on a way of its own for each edge, and with the landings that are sources."""
    # Of several between the same nodes keep the first, which takes vehicles if any does.
    edges = list({edge[:2]: edge for edge in reversed(edges)}.values())[::-1]
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
