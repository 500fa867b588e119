"""The road network: vertices, segments, junctions, crossings and open ends, as NumPy arrays.

A *way* is a chain of node ids with a ``highway`` class. A *segment* is a distinct unordered pair of different consecutive nodes of a
way, at least one of them in the region; a node without a location breaks the way. A *vertex* is an end of a drivable segment. A
*junction* is a vertex in the region on three or more drivable segments. A *crossing* is a drivable segment with exactly one end in the
region. An *open end* is a vertex in the region whose neighbour along a drivable way has no location. Roads meet only where they share a
node: a bridge does not join what it passes over.

Some ways in have no node in the region to show them. A *passing* segment has both ends outside the region while its line enters it. It
gets a vertex inside for each stretch within the region, and is stored as the pieces between. The *extent* is how far the data reach,
where that is known; the *known region* is the part of the region within the extent. Where a road leaves the known region but not the
region, nobody knows where it goes: it ends at an *edge of data*. Passing segments and ferries do not count as segments, vertices,
junctions or crossings. People still come in over them, so an analysis includes them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
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

# The roles of a segment: a road with an end in the region, a piece of a road that passes through it, or a ferry.
ROAD, PASSING, FERRY = 0, 1, 2
# Some tools cut roads off at the border of the extract. A road that ends this near to it continues beyond.
CUT_OFF_M = 1.0
# Roughly one degree of latitude.
DEGREE_M = 111_000.0

# From the highest class to the lowest. A junction takes the highest class of its roads.
DRIVABLE = (
    *("motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link"),
    *("tertiary", "tertiary_link", "unclassified", "residential", "living_street", "service", "road", "track"),
)
WALKABLE = (*DRIVABLE, "pedestrian", "footway", "path", "steps", "cycleway", "bridleway")
# The class of a ferry's way, ranked after all roads.
FERRY_CLASS = "ferry"
RANK = {highway: rank for rank, highway in enumerate((*WALKABLE, FERRY_CLASS))}

WAY_DEFAULTS: dict[str, Any] = {"name": "", "ref": "", "bridge": False, "tunnel": False, "oneway": False, "layer": 0}


@dataclass(frozen=True)
class Nodes:
    """Points with an id: ``id`` (int64), ``lon`` and ``lat`` (degrees WGS-84), all of shape ``(n,)``. Not finite means no location."""

    id: Ints
    lon: Floats
    lat: Floats


@dataclass(frozen=True)
class Ways:
    """Chains of node ids.

    Attributes
    ----------
    offsets
        Way ``i`` has the node ids ``refs[offsets[i]:offsets[i + 1]]``. Shape ``(ways + 1,)``.
    refs
        The node ids of all ways, one after the other.
    table
        One row for each way: ``osm_id``, ``highway``, ``name``, ``ref``, ``bridge``, ``tunnel``, ``oneway``, ``layer``.
    """

    offsets: Ints
    refs: Ints
    table: pd.DataFrame


@dataclass(frozen=True)
class RoadNetwork:
    """A road graph: nodes, segments between them, and the ways that the segments come from.

    Attributes
    ----------
    node_id
        The id of each node, ascending, int64, shape ``(nodes,)``. Nodes are the ends of segments.
    lon, lat
        Degrees, WGS-84, shape ``(nodes,)``.
    inside
        Whether each node lies in the region, shape ``(nodes,)``.
    seg_u, seg_v
        The two nodes of each segment, in the direction of its way. Shape ``(segments,)``.
    seg_way
        The row of ``ways`` that each segment belongs to. Shape ``(segments,)``.
    seg_drive
        Whether each segment is drivable. Every segment is walkable. Shape ``(segments,)``.
    length_m
        The length of each segment in metres, shape ``(segments,)``.
    open_node, open_on_foot
        The nodes that are open ends of drivable ways, and of all walkable ways.
    seg_role
        ``ROAD``, ``PASSING`` or ``FERRY``, int8, shape ``(segments,)``.
    edge_node, edge_on_foot
        The edges of data, of drivable and of all segments. They are nodes of the region beyond the extent at the outer ends of segments
        that reach into the known region, and dead ends of the known region within 1 m of the border of the extent, where some tools cut
        roads off.
    ferry_node, ferry_on_foot
        The landings in the known region of ferries whose other landing is outside it or unknown: of ferries that take vehicles, and of all.
    ways
        The table of :class:`Ways`.
    region
        A polygon or multipolygon, WGS-84.
    extent
        How far the data reach, WGS-84; None where nobody knows.
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
    seg_role: NDArray[np.int8]
    edge_node: Ints
    edge_on_foot: Ints
    ferry_node: Ints
    ferry_on_foot: Ints
    ways: pd.DataFrame
    region: BaseGeometry
    extent: BaseGeometry | None = None

    @classmethod
    def from_edges(cls, node_xy: ArrayLike, edge_nodes: ArrayLike, edge_length_m: ArrayLike) -> RoadNetwork:
        """Return a network of bare edges: all nodes in the region, every edge drivable, and nothing beyond.

        Parameters
        ----------
        node_xy : array_like of float, shape (n, 2)
            Longitude and latitude of the nodes, degrees WGS-84.
        edge_nodes : array_like of int, shape (m, 2)
            The two nodes of each edge, numbered from 0. Parallel edges and loops are allowed.
        edge_length_m : array_like of float, shape (m,)
            The length of each edge in metres.

        Returns
        -------
        RoadNetwork

        Raises
        ------
        InputError
            When the shapes do not fit, an edge names a node that does not exist, or a length is not a finite number of at least 0.
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
        count, none = len(ends), np.zeros(0, dtype=np.int64)
        region = shapely.box(*xy.min(axis=0), *xy.max(axis=0)) if len(xy) else shapely.Polygon()
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
            open_node=none,
            open_on_foot=none,
            seg_role=np.zeros(count, dtype=np.int8),
            edge_node=none,
            edge_on_foot=none,
            ferry_node=none,
            ferry_on_foot=none,
            ways=_one_road().copy(deep=False),
            region=region,
            extent=region,
        )

    def of_mode(self, mode: Mode) -> RoadNetwork:
        """Return the roads of one mode of travel, as a network of the same nodes.

        Parameters
        ----------
        mode : {"drive", "walk"}
            Drivable segments, or all of them.

        Returns
        -------
        RoadNetwork
            Every segment counts: ``seg_drive`` is True throughout. Open ends, edges of data and ferry landings are those of the mode.
        """
        chosen = self.drive if mode == "drive" else np.arange(len(self.seg_u))
        cut = {name: getattr(self, name)[chosen] for name in ("seg_u", "seg_v", "seg_way", "length_m", "seg_role")}
        if mode == "walk":
            cut |= {"open_node": self.open_on_foot, "edge_node": self.edge_on_foot, "ferry_node": self.ferry_on_foot}
        return replace(self, **cut, seg_drive=np.ones(len(chosen), dtype=bool))

    @cached_property
    def chains(self) -> Chains:
        """Return all segments, sorted into chains."""
        return find_chains(len(self.node_id), self.seg_u, self.seg_v)

    @cached_property
    def drive(self) -> Ints:
        """Return the drivable segments, including passing ones and ferries."""
        return np.flatnonzero(self.seg_drive)

    @cached_property
    def counted(self) -> Ints:
        """Return the drivable segments with an end in the region: those that an import counts."""
        return np.flatnonzero(self.seg_drive & (self.seg_role == ROAD))

    @cached_property
    def degree(self) -> Ints:
        """Return the number of counted segments at each node; 0 where only footpaths, passing segments or ferries meet."""
        ends = np.concatenate([self.seg_u[self.counted], self.seg_v[self.counted]])
        return np.bincount(ends, minlength=len(self.node_id)).astype(np.int64)

    @cached_property
    def on_road(self) -> Bools:
        """Return which nodes are ends of drivable road segments, including passing ones but not ferries."""
        return self._ends_of(self.seg_drive & (self.seg_role != FERRY))

    @cached_property
    def known(self) -> Bools:
        """Return which nodes lie in the known region. Without an extent that is the region."""
        if self.extent is None:
            return self.inside
        shapely.prepare(self.extent)
        return np.asarray(self.inside & shapely.intersects_xy(self.extent, self.lon, self.lat))

    @cached_property
    def known_region(self) -> BaseGeometry:
        """Return the part of the region that the data reach; all of it when the extent is unknown."""
        return self.region if self.extent is None else shapely.intersection(self.region, self.extent)

    @property
    def vertices(self) -> Ints:
        """Return the nodes that are ends of counted segments."""
        return np.flatnonzero(self.degree)

    @property
    def junctions(self) -> Ints:
        """Return the nodes in the region on three or more counted segments."""
        return np.flatnonzero(self.inside & (self.degree >= 3))

    @cached_property
    def crossings(self) -> Ints:
        """Return the counted segments with exactly one end in the region."""
        u, v = self.seg_u[self.counted], self.seg_v[self.counted]
        return np.asarray(self.counted[self.inside[u] != self.inside[v]])

    @property
    def passing_ends(self) -> Ints:
        """Return the nodes outside the region that are ends of passing segments: people come in from there."""
        return np.flatnonzero(self._ends_of(self.seg_role == PASSING) & ~self.inside)

    @property
    def passing_count(self) -> int:
        """Return how many drivable segments pass through the region, each counted once and not by its pieces."""
        pieces = self.seg_drive & (self.seg_role == PASSING)
        return int(pieces.sum() - (self._ends_of(pieces) & self.inside).sum())

    @property
    def edge_count(self) -> int:
        """Return how many counted segments run from the known region to a part of the region outside the extent."""
        u, v = self.seg_u[self.counted], self.seg_v[self.counted]
        return int((self.inside[u] & self.inside[v] & (self.known[u] != self.known[v])).sum())

    def _ends_of(self, chosen: Bools) -> Bools:
        """Return which nodes are ends of the chosen segments."""
        found = np.zeros(len(self.node_id), dtype=bool)
        found[self.seg_u[chosen]] = found[self.seg_v[chosen]] = True
        return found

    def lines(self, segments: Ints) -> NDArray[np.object_]:
        """Return some segments as lines.

        Parameters
        ----------
        segments : ndarray of int64, shape (n,)
            The segments.

        Returns
        -------
        ndarray of LineString, shape (n,)
            WGS-84.
        """
        ends = np.column_stack([self.seg_u[segments], self.seg_v[segments]])
        return np.asarray(shapely.linestrings(np.stack([self.lon[ends], self.lat[ends]], axis=-1)), dtype=object)


def geodesic_m(lon: Floats, lat: Floats, u: Ints, v: Ints) -> Floats:
    """Return the geodesic distance between pairs of nodes on the WGS-84 ellipsoid.

    Parameters
    ----------
    lon, lat : ndarray of float64, shape (nodes,)
        Degrees.
    u, v : ndarray of int64, shape (n,)
        The two nodes of each pair.

    Returns
    -------
    ndarray of float64, shape (n,)
        Metres.

    Notes
    -----
    pyproj's ``Geod`` solves the inverse problem by the algorithm of Karney [1]_.

    References
    ----------
    .. [1] C. F. F. Karney, "Algorithms for geodesics", Journal of Geodesy 87, 43–55, 2013. doi:10.1007/s00190-012-0578-z
    """
    return np.asarray(Geod(ellps="WGS84").inv(lon[u], lat[u], lon[v], lat[v])[2]) if len(u) else np.zeros(0)


def make_ways(offsets: Ints, refs: Ints, highway: Any, **columns: Any) -> Ways:
    """Return ways from chains of nodes and columns.

    Parameters
    ----------
    offsets, refs
        As in :class:`Ways`.
    highway : sequence of str, shape (ways,)
        The class of each way.
    **columns
        More columns of ``Ways.table``. By default ``osm_id`` counts from 1, and the others take ``WAY_DEFAULTS``.

    Returns
    -------
    Ways
    """
    count = len(offsets) - 1
    given = {"osm_id": np.arange(1, count + 1), "highway": highway} | WAY_DEFAULTS | columns
    table = pd.DataFrame(given, index=pd.RangeIndex(count))
    return Ways(np.asarray(offsets, dtype=np.int64), np.asarray(refs, dtype=np.int64), table)


@cache
def _one_road() -> pd.DataFrame:
    return make_ways(np.array([0, 0]), np.zeros(0, dtype=np.int64), ["road"]).table


def build_network(ways: Ways, nodes: Nodes, region: BaseGeometry, *, extent: BaseGeometry | None = None) -> RoadNetwork:
    """Build the network of the ways that can be driven or walked, as far as it touches a region.

    Parameters
    ----------
    ways : Ways
        Other classes of ``highway`` are ignored. References to missing nodes break a way.
    nodes : Nodes
        Of several with the same id, the first with a location counts.
    region : shapely geometry
        A polygon or multipolygon, WGS-84. Its boundary belongs to it.
    extent : shapely geometry, optional
        How far the data reach, WGS-84, if known.

    Returns
    -------
    RoadNetwork
        A pair of nodes that several ways join is one segment. It belongs to the first of them, drivable ways before others. The vertices
        inside passing segments have ids above all others.
    """
    known = np.isfinite(nodes.lon) & np.isfinite(nodes.lat)
    node_id, first = np.unique(nodes.id[known], return_index=True)
    lon, lat = nodes.lon[known][first], nodes.lat[known][first]
    shapely.prepare(region)
    inside = shapely.intersects_xy(region, lon, lat)

    rank = ways.table["highway"].map(RANK).fillna(len(RANK)).to_numpy(dtype=np.int64)
    way = np.repeat(np.arange(len(ways.table)), np.diff(ways.offsets))
    at = _positions(node_id, ways.refs)
    follows = (way[1:] == way[:-1]) & (rank[way[1:]] < len(WALKABLE))
    drivable = rank < len(DRIVABLE)
    u, v, step_way = at[:-1][follows], at[1:][follows], way[1:][follows]

    there = np.flatnonzero((u >= 0) & (v >= 0) & (u != v))
    touches = inside[u[there]] | inside[v[there]]
    step = _distinct(there[touches], u, v, drivable[step_way], len(node_id))
    outer = _near(there[~touches], lon, lat, u, v, region)
    outer = _distinct(outer, u, v, drivable[step_way], len(node_id))
    through, middle_lon, middle_lat = _stretches(lon, lat, u[outer], v[outer], region)
    middles = len(node_id) + np.arange(len(through))
    half_step, half_u, half_v = _halves(outer, through, u, v, middles)

    # In the order of the ways, so that the segments of one way lie together.
    order = np.argsort(np.concatenate([step, half_step]), kind="stable")
    seg_u, seg_v = np.concatenate([u[step], half_u])[order], np.concatenate([v[step], half_v])[order]
    seg_way = step_way[np.concatenate([step, half_step])[order]]
    seg_role = np.repeat(np.array([ROAD, PASSING], dtype=np.int8), [len(step), len(half_step)])[order]
    lon, lat = np.concatenate([lon, middle_lon]), np.concatenate([lat, middle_lat])
    inside = np.concatenate([inside, np.ones(len(middles), dtype=bool)])
    node_id = np.concatenate([node_id, node_id[-1:].max(initial=0) + 1 + np.arange(len(middles))])

    breaks = (u < 0) != (v < 0)
    seg_drive = drivable[seg_way]

    def open_ends(broken: Bools, segment: Bools) -> Ints:
        ends = np.unique(np.maximum(u, v)[broken])
        on_road = np.zeros(len(node_id), dtype=bool)
        on_road[seg_u[segment]] = on_road[seg_v[segment]] = True
        return np.asarray(ends[inside[ends] & on_road[ends]])

    used, position = np.unique(np.concatenate([seg_u, seg_v]), return_inverse=True)
    kept, seg_way = np.unique(seg_way, return_inverse=True)
    none = np.zeros(0, dtype=np.int64)
    network = RoadNetwork(
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
        seg_role=seg_role,
        edge_node=none,
        edge_on_foot=none,
        ferry_node=none,
        ferry_on_foot=none,
        ways=ways.table.iloc[kept].reset_index(drop=True),
        region=region,
        extent=extent,
    )
    edge_node, edge_on_foot = _edges_of_data(network, network.drive), _edges_of_data(network, np.arange(len(seg_u)))
    return replace(network, edge_node=edge_node, edge_on_foot=edge_on_foot)


def _near(step: Ints, lon: Floats, lat: Floats, u: Ints, v: Ints, region: BaseGeometry) -> Ints:
    """Return the steps whose bounding box meets that of the region. A file of a province has millions whose box does not."""
    if region.is_empty:
        return step[:0]
    west, south, east, north = region.bounds
    for at, low, high in ((lon, west, east), (lat, south, north)):
        a, b = at[u[step]], at[v[step]]
        step = step[(np.maximum(a, b) >= low) & (np.minimum(a, b) <= high)]
    return step


def _stretches(lon: Floats, lat: Floats, u: Ints, v: Ints, region: BaseGeometry) -> tuple[Ints, Floats, Floats]:
    """Return ``(row, lon, lat)``: the middle of each stretch of the lines from ``u`` to ``v`` in the region, by row and along the line."""
    ends = np.column_stack([u, v])
    lines = np.asarray(shapely.linestrings(np.stack([lon[ends], lat[ends]], axis=-1)), dtype=object)
    row = np.flatnonzero(shapely.intersects(region, lines))
    parts, of = shapely.get_parts(shapely.intersection(lines[row], region), return_index=True)
    long = shapely.length(parts) > 0
    row, middle = row[of[long]], shapely.line_interpolate_point(parts[long], 0.5, normalized=True)
    order = np.lexsort([shapely.line_locate_point(lines[row], middle), row])
    row, middle = row[order], middle[order]
    return row, shapely.get_x(middle), shapely.get_y(middle)


def _halves(outer: Ints, through: Ints, u: Ints, v: Ints, middles: Ints) -> tuple[Ints, Ints, Ints]:
    """Return ``(step, u, v)`` of the pieces into which the middles cut the steps ``outer[through]``, in order along each."""
    row, count = np.unique(through, return_counts=True)
    last = np.cumsum(count + 1) - 1
    first = last - count
    pieces = int((count + 1).sum())
    starts, ends = np.zeros(pieces, dtype=bool), np.zeros(pieces, dtype=bool)
    starts[first] = ends[last] = True
    half_u, half_v = np.empty(pieces, dtype=np.int64), np.empty(pieces, dtype=np.int64)
    half_u[starts], half_v[ends] = u[outer[row]], v[outer[row]]
    half_u[~starts] = half_v[~ends] = middles
    return np.repeat(outer[row], count + 1), half_u, half_v


def _edges_of_data(network: RoadNetwork, segments: Ints) -> Ints:
    """Return the edges of data among the ends of some segments; see :class:`RoadNetwork`."""
    if network.extent is None or not len(segments):
        return np.zeros(0, dtype=np.int64)
    u, v = network.seg_u[segments], network.seg_v[segments]
    unknown = network.inside & ~network.known
    # A long segment may reach into the known region without a node there.
    beyond = np.flatnonzero((unknown[u] | unknown[v]) & ~(network.known[u] | network.known[v]))
    known_region = network.known_region
    shapely.prepare(known_region)
    reaches = network.known[u] | network.known[v]
    reaches[beyond] = shapely.intersects(known_region, network.lines(segments[beyond]))
    outer = np.unique(np.concatenate([u[reaches], v[reaches]]))

    once = np.bincount(np.concatenate([u, v]), minlength=len(network.node_id)) == 1
    dead_end = np.flatnonzero(once & network.known)
    # An equirectangular projection is accurate enough for a distance of one metre.
    narrow = np.cos(np.radians(network.lat[dead_end].mean() if len(dead_end) else 0.0))
    border = shapely.transform(network.extent.boundary, lambda xy: xy * (narrow, 1.0))
    at = shapely.points(network.lon[dead_end] * narrow, network.lat[dead_end])
    cut_off = dead_end[shapely.dwithin(border, at, CUT_OFF_M / DEGREE_M)]
    return np.union1d(outer[unknown[outer]], cut_off)


def _positions(sorted_ids: Ints, wanted: Ints) -> Ints:
    """Return the position of each wanted id in the sorted ids; -1 where it is missing."""
    if not len(sorted_ids):
        return np.full(len(wanted), -1, dtype=np.int64)
    at = np.minimum(np.searchsorted(sorted_ids, wanted), len(sorted_ids) - 1)
    return np.where(sorted_ids[at] == wanted, at, -1)


def _distinct(step: Ints, u: Ints, v: Ints, drivable: Bools, count: int) -> Ints:
    """Return one step from ``u[step]`` to ``v[step]`` for each unordered pair, in their order; drivable steps go before others."""
    order = step[np.argsort(~drivable[step], kind="stable")]
    pair = np.minimum(u, v)[order] * count + np.maximum(u, v)[order]
    _, first = np.unique(pair, return_index=True)
    return np.sort(order[first])


ARRAYS = tuple(field.name for field in fields(RoadNetwork) if field.name not in ("ways", "region", "extent"))
REGION, EXTENT, ABOUT = "region.wkb", "extent.wkb", "about.json"


def save(network: RoadNetwork, folder: Path) -> None:
    """Write a network into a folder.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    folder : Path
        Created if needed. It receives one ``.npy`` file for each array, ``ways.parquet``, ``region.wkb`` and, where the extent is known,
        ``extent.wkb``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in ARRAYS:
        np.save(folder / f"{name}.npy", getattr(network, name))
    network.ways.to_parquet(folder / "ways.parquet")
    (folder / REGION).write_bytes(shapely.to_wkb(network.region))
    if network.extent is None:
        (folder / EXTENT).unlink(missing_ok=True)
    else:
        (folder / EXTENT).write_bytes(shapely.to_wkb(network.extent))


# Arrays that workspaces of older versions lack, derived from those they have.
SINCE: dict[str, Callable[[dict[str, Any]], NDArray[Any]]] = {
    "length_m": lambda old: geodesic_m(old["lon"], old["lat"], old["seg_u"], old["seg_v"]),
    "open_on_foot": lambda old: old["open_node"],
    "seg_role": lambda old: np.zeros(len(old["seg_u"]), dtype=np.int8),
    "edge_node": lambda _: np.zeros(0, dtype=np.int64),
    "edge_on_foot": lambda _: np.zeros(0, dtype=np.int64),
    "ferry_node": lambda _: np.zeros(0, dtype=np.int64),
    "ferry_on_foot": lambda _: np.zeros(0, dtype=np.int64),
}


def load(folder: Path) -> RoadNetwork:
    """Read a network from a folder, its arrays memory-mapped.

    Parameters
    ----------
    folder : Path
        Written by :func:`save`, of this version or an older one; missing arrays are derived (``SINCE``).

    Returns
    -------
    RoadNetwork

    Raises
    ------
    InputError
        When the folder holds no network.
    """
    try:
        stored = [name for name in ARRAYS if name not in SINCE or (folder / f"{name}.npy").exists()]
        arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in stored}
        arrays |= {name: make(arrays) for name, make in SINCE.items() if name not in arrays}
        ways = pd.read_parquet(folder / "ways.parquet")
        region = shapely.from_wkb((folder / REGION).read_bytes())
    except FileNotFoundError as error:
        raise InputError("No road network in {folder}: import a road extract first.", folder=folder) from error
    extent = shapely.from_wkb((folder / EXTENT).read_bytes()) if (folder / EXTENT).exists() else None
    return RoadNetwork(**arrays, ways=ways, region=region, extent=extent)


def write_about(folder: Path, facts: Mapping[str, Any]) -> None:
    """Write the origin of a network, and what its import reported, beside it.

    Parameters
    ----------
    folder : Path
        The folder of the network.
    facts : mapping
        The keys of :func:`about`; values that JSON can hold.
    """
    (folder / ABOUT).write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")


def about(folder: Path) -> dict[str, Any]:
    """Return the origin of a network and what its import reported; empty for the demo and for networks of older versions.

    Parameters
    ----------
    folder : Path
        The folder of the network.

    Returns
    -------
    dict
        ``newest`` (ISO 8601, when the youngest object was changed), ``file``, ``region_origin``, ``extent_origin`` (``bounds``, ``header``,
        ``given`` or None), ``ferries`` and ``proposed`` (as in :class:`geo.osm.Extract`), and the counts ``passing`` and ``edge_of_data``.
    """
    path = folder / ABOUT
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}
