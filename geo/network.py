"""The road network: vertices, segments, junctions, crossings and open ends, as NumPy arrays.

Definitions. A *way* is a chain of node ids with a ``highway`` class. A *segment* is a distinct unordered pair of different
consecutive nodes of a way, at least one of them in the region; a node without a location breaks the way. A *vertex* is an end of a
drivable segment; a *junction* a vertex in the region on three or more drivable segments; a *crossing* a drivable segment with exactly
one end in the region; an *open end* a vertex in the region whose neighbour along a drivable way has no location.
Roads meet where they share a node, and nowhere else: a bridge does not join what it passes over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from errors import InputError
from geo.chains import Chains, find_chains

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

Mode = Literal["drive", "walk"]

# From the highest class to the lowest: a junction takes the highest class that meets there.
DRIVABLE = (
    *("motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link"),
    *("tertiary", "tertiary_link", "unclassified", "residential", "living_street", "service", "road", "track"),
)
WALKABLE = (*DRIVABLE, "pedestrian", "footway", "path", "steps", "cycleway", "bridleway")
RANK = {highway: rank for rank, highway in enumerate(WALKABLE)}

WAY_DEFAULTS: dict[str, Any] = {"name": "", "ref": "", "bridge": False, "tunnel": False, "oneway": False, "layer": 0}


@dataclass(frozen=True)
class Nodes:
    """Points with an identity: ``id``, ``lon`` and ``lat`` (WGS-84), all of shape ``(n,)``. One not finite counts as no location."""

    id: Ints
    lon: Floats
    lat: Floats


@dataclass(frozen=True)
class Ways:
    """Chains of node ids: those of way ``i`` are ``refs[offsets[i]:offsets[i + 1]]``.

    ``table`` has one row a way: ``osm_id``, ``highway``, ``name``, ``ref``, ``bridge``, ``tunnel``, ``oneway``, ``layer``.
    """

    offsets: Ints
    refs: Ints
    table: pd.DataFrame


@dataclass(frozen=True)
class RoadNetwork:
    """A road graph: nodes, segments between them, and the ways that the segments come from.

    Nodes are the ends of segments, by rising ``node_id``. Segment ``s`` joins nodes ``seg_u[s]`` and ``seg_v[s]`` in the direction of
    way ``seg_way[s]`` (a row of ``ways``, whose columns are those of :class:`Ways`). ``seg_drive`` tells drivable segments;
    every segment is walkable. ``open_node`` holds the nodes that are open ends, ``open_on_foot`` those of all ways that can be walked.
    """

    node_id: Ints
    lon: Floats
    lat: Floats
    inside: Bools
    seg_u: Ints
    seg_v: Ints
    seg_way: Ints
    seg_drive: Bools
    length_m: Floats
    open_node: Ints
    open_on_foot: Ints
    ways: pd.DataFrame
    region: BaseGeometry

    @classmethod
    def from_edges(cls, node_xy: ArrayLike, edge_nodes: ArrayLike, edge_length_m: ArrayLike) -> RoadNetwork:
        """Return a network of bare edges: nodes by number, all in the region, every edge drivable.

        Parameters
        ----------
        node_xy
            Longitude and latitude of the nodes, shape ``(n, 2)``, WGS-84.
        edge_nodes
            The two nodes of each edge, shape ``(m, 2)``; parallel edges and loops are allowed.
        edge_length_m
            Metres, shape ``(m,)``.

        Raises
        ------
        InputError
            When the shapes do not fit, an edge names a node that does not exist, or a length is no number from 0 on.
        """
        xy = np.asarray(node_xy, dtype=np.float64)
        if (xy.size and xy.shape != (len(xy), 2)) or (np.size(edge_nodes) and np.shape(edge_nodes) != (len(np.asarray(edge_nodes)), 2)):
            raise InputError("Nodes and edges come as rows of two: longitude and latitude, and the numbers of two nodes.")
        xy = xy.reshape(-1, 2)
        ends = np.asarray(edge_nodes)
        ends = ends.reshape(-1, 2).astype(np.int64) if ends.size == 0 or np.issubdtype(ends.dtype, np.integer) else np.full((1, 2), -1)
        length = np.asarray(edge_length_m, dtype=np.float64).ravel()
        if len(ends) and (ends.min() < 0 or ends.max() >= len(xy)):
            raise InputError("An edge names a node that does not exist; there are {count} nodes, numbered from 0.", count=len(xy))
        if len(length) != len(ends) or not (np.isfinite(length).all() and (length >= 0).all()):
            raise InputError(
                "Each edge needs a length in metres, 0 or more: {edges} edges, {lengths} lengths.", edges=len(ends), lengths=len(length)
            )
        count = len(ends)
        return cls(
            node_id=np.arange(len(xy)),
            lon=xy[:, 0],
            lat=xy[:, 1],
            inside=np.ones(len(xy), dtype=bool),
            seg_u=ends[:, 0].copy(),
            seg_v=ends[:, 1].copy(),
            seg_way=np.zeros(count, dtype=np.int64),
            seg_drive=np.ones(count, dtype=bool),
            length_m=length,
            open_node=np.zeros(0, dtype=np.int64),
            open_on_foot=np.zeros(0, dtype=np.int64),
            ways=_one_road().copy(deep=False),
            region=shapely.box(*xy.min(axis=0), *xy.max(axis=0)) if len(xy) else shapely.Polygon(),
        )

    def of_mode(self, mode: Mode) -> RoadNetwork:
        """Return the roads that can be driven, or walked (all of them), as a network of the same nodes whose every segment counts."""
        chosen = self.drive if mode == "drive" else np.arange(len(self.seg_u))
        cut = {name: getattr(self, name)[chosen] for name in ("seg_u", "seg_v", "seg_way", "length_m")}
        open_node = self.open_node if mode == "drive" else self.open_on_foot
        return replace(self, **cut, seg_drive=np.ones(len(chosen), dtype=bool), open_node=open_node)

    @cached_property
    def chains(self) -> Chains:
        """Return all segments, sorted into chains."""
        return find_chains(len(self.node_id), self.seg_u, self.seg_v)

    @cached_property
    def drive(self) -> Ints:
        """Return the drivable segments."""
        return np.flatnonzero(self.seg_drive)

    @cached_property
    def degree(self) -> Ints:
        """Return how many drivable segments meet at each node; 0 for a node of footpaths alone."""
        ends = np.concatenate([self.seg_u[self.drive], self.seg_v[self.drive]])
        return np.bincount(ends, minlength=len(self.node_id)).astype(np.int64)

    @property
    def vertices(self) -> Ints:
        """Return the nodes that are ends of drivable segments."""
        return np.flatnonzero(self.degree)

    @property
    def junctions(self) -> Ints:
        """Return the nodes in the region on three or more drivable segments."""
        return np.flatnonzero(self.inside & (self.degree >= 3))

    @cached_property
    def crossings(self) -> Ints:
        """Return the drivable segments with exactly one end in the region."""
        ends_differ = self.inside[self.seg_u] != self.inside[self.seg_v]
        return np.flatnonzero(self.seg_drive & ends_differ)

    def lines(self, segments: Ints) -> NDArray[np.object_]:
        """Return the given segments as lines, WGS-84."""
        ends = np.column_stack([self.seg_u[segments], self.seg_v[segments]])
        return np.asarray(shapely.linestrings(np.stack([self.lon[ends], self.lat[ends]], axis=-1)), dtype=object)


def geodesic_m(lon: Floats, lat: Floats, u: Ints, v: Ints) -> Floats:
    """Return how far the nodes ``u`` and ``v`` lie apart, pair by pair, in metres over the ellipsoid."""
    return np.asarray(Geod(ellps="WGS84").inv(lon[u], lat[u], lon[v], lat[v])[2]) if len(u) else np.zeros(0)


def make_ways(offsets: Ints, refs: Ints, highway: Any, **columns: Any) -> Ways:
    """Return ways from node chains and columns; ``osm_id`` counts from 1 and the other columns of ``Ways.table`` are empty if not given."""
    count = len(offsets) - 1
    given = {"osm_id": np.arange(1, count + 1), "highway": highway} | WAY_DEFAULTS | columns
    table = pd.DataFrame(given, index=pd.RangeIndex(count))
    return Ways(np.asarray(offsets, dtype=np.int64), np.asarray(refs, dtype=np.int64), table)


@cache
def _one_road() -> pd.DataFrame:
    return make_ways(np.array([0, 0]), np.zeros(0, dtype=np.int64), ["road"]).table


def build_network(ways: Ways, nodes: Nodes, region: BaseGeometry) -> RoadNetwork:
    """Return the network of the ways that can be driven or walked, as far as it touches the region (a polygon, WGS-84; its edge is in it).

    A pair of nodes that several ways join is one segment; it belongs to the first of them, drivable ones before others.
    """
    known = np.isfinite(nodes.lon) & np.isfinite(nodes.lat)
    node_id, first = np.unique(nodes.id[known], return_index=True)
    lon, lat = nodes.lon[known][first], nodes.lat[known][first]
    shapely.prepare(region)
    inside = shapely.intersects_xy(region, lon, lat)

    rank = ways.table["highway"].map(RANK).fillna(len(RANK)).to_numpy(dtype=np.int64)
    way = np.repeat(np.arange(len(ways.table)), np.diff(ways.offsets))
    at = _positions(node_id, ways.refs)
    follows = (way[1:] == way[:-1]) & (rank[way[1:]] < len(RANK))
    drivable = rank < len(DRIVABLE)
    u, v, step_way = at[:-1][follows], at[1:][follows], way[1:][follows]

    real = (u >= 0) & (v >= 0) & (u != v)
    real[real] = inside[u[real]] | inside[v[real]]
    seg_u, seg_v, seg_way = _distinct(u[real], v[real], step_way[real], drivable, len(node_id))

    breaks = (u < 0) != (v < 0)
    seg_drive = drivable[seg_way]

    def open_ends(broken: Bools, segment: Bools) -> Ints:
        ends = np.unique(np.maximum(u, v)[broken])
        on_road = np.zeros(len(node_id), dtype=bool)
        on_road[seg_u[segment]] = on_road[seg_v[segment]] = True
        return np.asarray(ends[inside[ends] & on_road[ends]])

    used, position = np.unique(np.concatenate([seg_u, seg_v]), return_inverse=True)
    kept, seg_way = np.unique(seg_way, return_inverse=True)
    return RoadNetwork(
        node_id=node_id[used],
        lon=lon[used],
        lat=lat[used],
        inside=inside[used],
        seg_u=position[: len(seg_u)],
        seg_v=position[len(seg_u) :],
        seg_way=seg_way,
        seg_drive=seg_drive,
        length_m=geodesic_m(lon, lat, seg_u, seg_v),
        open_node=np.searchsorted(used, open_ends(breaks & drivable[step_way], seg_drive)),
        open_on_foot=np.searchsorted(used, open_ends(breaks, np.ones(len(seg_u), dtype=bool))),
        ways=ways.table.iloc[kept].reset_index(drop=True),
        region=region,
    )


def _positions(sorted_ids: Ints, wanted: Ints) -> Ints:
    """Return where each wanted id stands in the sorted ids; -1 where it is missing."""
    if not len(sorted_ids):
        return np.full(len(wanted), -1, dtype=np.int64)
    at = np.minimum(np.searchsorted(sorted_ids, wanted), len(sorted_ids) - 1)
    return np.where(sorted_ids[at] == wanted, at, -1)


def _distinct(u: Ints, v: Ints, way: Ints, drivable: Bools, count: int) -> tuple[Ints, Ints, Ints]:
    """Return one step for each unordered pair, in the order of the ways; a drivable way's step goes before others."""
    order = np.argsort(~drivable[way], kind="stable")
    pair = np.minimum(u, v) * count + np.maximum(u, v)
    _, first = np.unique(pair[order], return_index=True)
    keep = np.sort(order[first])
    return u[keep], v[keep], way[keep]


ARRAYS = tuple(field.name for field in fields(RoadNetwork) if field.name not in ("ways", "region"))


def save(network: RoadNetwork, folder: Path) -> None:
    """Write the network into a folder: one ``.npy`` an array, ``ways.parquet`` and ``region.wkb``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ARRAYS:
        np.save(folder / f"{name}.npy", getattr(network, name))
    network.ways.to_parquet(folder / "ways.parquet")
    (folder / "region.wkb").write_bytes(shapely.to_wkb(network.region))


# What a workspace of an older version has not stored, from what it has.
SINCE: dict[str, Callable[[dict[str, Any]], Ints | Floats]] = {
    "length_m": lambda old: geodesic_m(old["lon"], old["lat"], old["seg_u"], old["seg_v"]),
    "open_on_foot": lambda old: old["open_node"],
}


def load(folder: Path) -> RoadNetwork:
    """Return the network of a folder, its arrays memory-mapped."""
    try:
        stored = [name for name in ARRAYS if name not in SINCE or (folder / f"{name}.npy").exists()]
        arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in stored}
        arrays |= {name: make(arrays) for name, make in SINCE.items() if name not in arrays}
        ways = pd.read_parquet(folder / "ways.parquet")
        region = shapely.from_wkb((folder / "region.wkb").read_bytes())
    except FileNotFoundError as error:
        raise InputError("No road network in {folder}: import a road extract first.", folder=folder) from error
    return RoadNetwork(**arrays, ways=ways, region=region)
