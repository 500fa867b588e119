"""The road network: vertices, segments, junctions, crossings and open ends, as NumPy arrays.

Definitions. A *way* is a chain of node ids with a ``highway`` class. A *segment* is a distinct unordered pair of different
consecutive nodes of a way, at least one of them in the region; a node without a location breaks the way. A *vertex* is an end of a
drivable segment; a *junction* a vertex in the region on three or more drivable segments; a *crossing* a drivable segment with exactly
one end in the region; an *open end* a vertex in the region whose neighbour along a drivable way has no location.
Roads meet where they share a node, and nowhere else: a bridge does not join what it passes over.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from errors import InputError
from geo.chains import Chains, find_chains
from geo.crs import to_metres

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

# The carriageways of one road lie at most this far apart.
PARALLEL_M = 40.0

# A junction's name tells at most so many of its roads.
NAMES_OF_JUNCTION = 3

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
    every segment is walkable. ``open_node`` holds the nodes that are open ends.
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
        xy = np.asarray(node_xy, dtype=np.float64).reshape(-1, 2)
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
        one_way = make_ways(np.array([0, 0]), np.zeros(0, dtype=np.int64), ["road"]).table
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
            ways=one_way,
            region=shapely.box(*xy.min(axis=0), *xy.max(axis=0)) if len(xy) else shapely.Polygon(),
        )

    def of_mode(self, mode: Mode) -> RoadNetwork:
        """Return the roads that can be driven, or walked (all of them), as a network of the same nodes whose every segment counts."""
        chosen = self.drive if mode == "drive" else np.arange(len(self.seg_u))
        cut = {name: getattr(self, name)[chosen] for name in ("seg_u", "seg_v", "seg_way", "length_m")}
        return replace(self, **cut, seg_drive=np.ones(len(chosen), dtype=bool))

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

    breaks = ((u < 0) != (v < 0)) & drivable[step_way]
    ends = np.unique(np.maximum(u, v)[breaks])
    seg_drive = drivable[seg_way]
    on_road = np.zeros(len(node_id), dtype=bool)
    on_road[seg_u[seg_drive]] = on_road[seg_v[seg_drive]] = True
    ends = ends[inside[ends] & on_road[ends]]

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
        open_node=np.searchsorted(used, ends),
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


def load(folder: Path) -> RoadNetwork:
    """Return the network of a folder, its arrays memory-mapped."""
    try:
        arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in ARRAYS if name != "length_m"}
        stored = folder / "length_m.npy"  # a workspace of an older version has none
        ends = (arrays[name] for name in ("lon", "lat", "seg_u", "seg_v"))
        arrays["length_m"] = np.load(stored, mmap_mode="r") if stored.exists() else geodesic_m(*ends)
        ways = pd.read_parquet(folder / "ways.parquet")
        region = shapely.from_wkb((folder / "region.wkb").read_bytes())
    except FileNotFoundError as error:
        raise InputError("No road network in {folder}: import a road extract first.", folder=folder) from error
    return RoadNetwork(**arrays, ways=ways, region=region)


def frames(network: RoadNetwork) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers ``roads``, ``junctions``, ``crossings`` and ``open_ends``, with the columns of ``docs/architecture.md``, WGS-84."""
    return {
        "roads": roads(network),
        "junctions": junctions(network),
        "crossings": crossings(network),
        "open_ends": open_ends(network),
    }


def roads(network: RoadNetwork) -> gpd.GeoDataFrame:
    """Return one line a way: the way's segments in its order, a multi-line where a break or the region cuts it."""
    u, v, way = network.seg_u, network.seg_v, network.seg_way
    table = network.ways
    starts = np.ones(len(u), dtype=bool)
    starts[1:] = (way[1:] != way[:-1]) | (u[1:] != v[:-1])
    run = np.cumsum(starts) - 1
    chain = np.empty(len(u) + int(starts.sum()), dtype=np.int64)
    place = np.arange(len(u)) + run
    chain[place[starts]] = u[starts]
    chain[place + 1] = v
    of_point = np.empty_like(chain)
    of_point[place] = run
    of_point[place + 1] = run
    pieces = shapely.linestrings(network.lon[chain], network.lat[chain], indices=of_point)
    way_of_run = way[starts]
    geometry = np.asarray(shapely.multilinestrings(pieces, indices=way_of_run), dtype=object)
    single = np.bincount(way_of_run, minlength=len(table)) == 1
    geometry[single] = shapely.get_geometry(geometry[single], 0)
    mode = np.where(table["highway"].isin(DRIVABLE), "drive", "walk")
    columns = {"id": _ids("w", table["osm_id"].to_numpy()), "name": table["name"], "highway": table["highway"], "ref": table["ref"]}
    flags = {name: table[name] for name in ("bridge", "tunnel", "oneway", "osm_id")}
    return gpd.GeoDataFrame({**columns, "mode": mode, **flags}, geometry=geometry, crs=4326)


def junctions(network: RoadNetwork) -> gpd.GeoDataFrame:
    """Return the junctions, each named by the roads that meet there and with the highest of their classes."""
    return _vertex_frame(network, network.junctions)


def open_ends(network: RoadNetwork) -> gpd.GeoDataFrame:
    """Return the open ends, with the columns of junctions."""
    return _vertex_frame(network, network.open_node)


def _vertex_frame(network: RoadNetwork, chosen: Ints) -> gpd.GeoDataFrame:
    """Return some vertices of the network as a frame of points."""
    way = network.seg_way[network.drive]
    rank_of_way = network.ways["highway"].map(RANK).to_numpy(dtype=np.int64)
    rank = np.full(len(network.node_id), len(RANK) - 1, dtype=np.int64)
    ends = np.concatenate([network.seg_u[network.drive], network.seg_v[network.drive]])
    ways_at_end = np.concatenate([way, way])
    np.minimum.at(rank, ends, rank_of_way[ways_at_end])

    wanted = np.isin(ends, chosen)
    names = network.ways["name"].where(network.ways["name"] != "", network.ways["ref"]).to_numpy()
    at = pd.DataFrame({"node": ends[wanted], "rank": rank_of_way[ways_at_end[wanted]], "name": names[ways_at_end[wanted]]})
    at = at[at["name"] != ""].sort_values(["node", "rank", "name"]).drop_duplicates(["node", "name"])
    nth = at.groupby("node").cumcount()
    name = pd.Series("", index=chosen)
    for place in range(NAMES_OF_JUNCTION):
        part = at[nth == place].set_index("node")["name"]
        name = name + (" / " + part if place else part).reindex(chosen, fill_value="")
    osm_id = network.node_id[chosen]
    return gpd.GeoDataFrame(
        {
            "id": _ids("n", osm_id),
            "name": name.to_numpy(),
            "degree": network.degree[chosen],
            "highway": np.array(WALKABLE, dtype=object)[rank[chosen]],
            "node": chosen,
            "osm_id": osm_id,
        },
        geometry=shapely.points(network.lon[chosen], network.lat[chosen]),
        crs=4326,
    )


def crossings(network: RoadNetwork) -> gpd.GeoDataFrame:
    """Return the crossings, each at the point where one who comes from outside first meets the region's outline.

    ``bearing`` is the way in, in degrees from north (0 to 360). The id holds both node ids, so it is the same in every import.
    """
    segment = network.crossings
    u, v = network.seg_u[segment], network.seg_v[segment]
    inside, outside = np.where(network.inside[u], u, v), np.where(network.inside[u], v, u)
    table = network.ways.iloc[network.seg_way[segment]]
    out_lon, out_lat, in_lon, in_lat = network.lon[outside], network.lat[outside], network.lon[inside], network.lat[inside]
    azimuth = Geod(ellps="WGS84").inv(out_lon, out_lat, in_lon, in_lat)[0] if len(segment) else np.zeros(0)
    name = table["name"].where(table["name"] != "", table["ref"])
    ids = pd.Series(_ids("x", network.node_id[inside])) + "-" + pd.Series(network.node_id[outside]).astype(str)
    return gpd.GeoDataFrame(
        {
            "id": ids.to_numpy(),
            "name": name.to_numpy(),
            "highway": table["highway"].to_numpy(),
            "ref": table["ref"].to_numpy(),
            "bearing": np.round(np.asarray(azimuth) % 360, 1) % 360,
            "node_inside": inside,
            "node_outside": outside,
            "segment": segment,
        },
        geometry=_outline_points(network, segment, inside, outside),
        crs=4326,
    )


def _outline_points(network: RoadNetwork, segment: Ints, inside: Ints, outside: Ints) -> NDArray[np.object_]:
    """Return where each segment meets the region's outline, nearest to its outside end."""
    met = shapely.intersection(network.lines(segment), network.region.boundary)
    xy, index = shapely.get_coordinates(met, return_index=True)
    away = np.hypot(xy[:, 0] - network.lon[outside][index], xy[:, 1] - network.lat[outside][index])
    # The inside end lies in the region: where rounding leaves no intersection, the outline runs through it.
    points = np.column_stack([network.lon[inside], network.lat[inside]])
    order = np.lexsort([-away, index])
    points[index[order]] = xy[order]
    return np.asarray(shapely.points(points), dtype=object)


def crossings_with_post(network: RoadNetwork, lon: Floats, lat: Floats, *, within_m: float, parallel_m: float = PARALLEL_M) -> Bools:
    """Return which crossings (in the order of ``network.crossings``) have one of the posts at ``lon``, ``lat`` (WGS-84).

    A post stands on the drivable segment nearest to it, at most ``within_m`` away. It watches a crossing whose segment

    - is the one it stands on;
    - shares an end with that one, and this end is at most ``within_m`` from the post;
    - is another carriageway of the same road (same ``ref``, or the same name if there is none, and the same ``layer``) at most
      ``parallel_m`` from the post.
    """
    watched = np.zeros(len(network.crossings), dtype=bool)
    if not len(watched):
        return watched
    centre = (float(np.mean(network.lon)), float(np.mean(network.lat)))
    x, y = to_metres(network.lon, network.lat, centre=centre)
    px, py = to_metres(lon, lat, centre=centre)
    somewhere = np.isfinite(px) & np.isfinite(py)
    posts = shapely.points(px[somewhere], py[somewhere])

    def in_metres(segments: Ints) -> NDArray[np.object_]:
        ends = np.column_stack([network.seg_u[segments], network.seg_v[segments]])
        return np.asarray(shapely.linestrings(np.stack([x[ends], y[ends]], axis=-1)), dtype=object)

    crossing_lines = in_metres(network.crossings)
    post, crossing = shapely.STRtree(crossing_lines).query(posts, predicate="dwithin", distance=max(within_m, parallel_m))
    if not len(post):
        return watched
    near, which = np.unique(post, return_inverse=True)
    around = _segments_around(network, x, y, px[somewhere][near], py[somewhere][near], within_m)
    found, stands_on = shapely.STRtree(in_metres(around)).query_nearest(posts[near], max_distance=within_m, all_matches=False)
    stand = np.full(len(near), -1, dtype=np.int64)
    stand[found] = around[stands_on]
    post, crossing, stand = (part[stand[which] >= 0] for part in (post, crossing, stand[which]))

    segment = network.crossings[crossing]
    covers = segment == stand
    for end in (network.seg_u[segment], network.seg_v[segment]):
        shared = (end == network.seg_u[stand]) | (end == network.seg_v[stand])
        covers |= shared & (np.hypot(x[end] - shapely.get_x(posts[post]), y[end] - shapely.get_y(posts[post])) <= within_m)
    road = network.ways["ref"].where(network.ways["ref"] != "", network.ways["name"]).to_numpy()
    layer = network.ways["layer"].to_numpy()
    here, there = network.seg_way[stand], network.seg_way[segment]
    same_road = (road[here] == road[there]) & (road[here] != "") & (layer[here] == layer[there])
    covers |= same_road & (shapely.distance(crossing_lines[crossing], posts[post]) <= parallel_m)
    watched[crossing[covers]] = True
    return watched


def _segments_around(network: RoadNetwork, x: Floats, y: Floats, px: Floats, py: Floats, distance: float) -> Ints:
    """Return the drivable segments whose box comes within ``distance`` of a point; lines are then drawn for these few alone."""
    u, v = network.seg_u[network.drive], network.seg_v[network.drive]
    west, east = np.minimum(x[u], x[v]) - distance, np.maximum(x[u], x[v]) + distance
    south, north = np.minimum(y[u], y[v]) - distance, np.maximum(y[u], y[v]) + distance
    around = np.zeros(len(u), dtype=bool)
    for here_x, here_y in zip(px, py, strict=True):
        around |= (west <= here_x) & (here_x <= east) & (south <= here_y) & (here_y <= north)
    return network.drive[around]


def _ids(prefix: str, numbers: NDArray[Any]) -> NDArray[np.object_]:
    """Return ``prefix`` + number, as strings."""
    return np.char.add(prefix, np.asarray(numbers, dtype=np.int64).astype(str)).astype(object)
