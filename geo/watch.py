"""What a post watches, and what else stands on the roads.

A post stands on the segment nearest to it; where that comes nearest to the post close to one of its ends, the post stands on that node,
and sees all roads that meet there. On a divided road it watches the carriageway of the other direction as well, if that is close; it
never watches a road on another level.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo.crs import to_metres
from geo.network import Bools, Floats, Ints, RoadNetwork

# The carriageways of one road lie at most this far apart.
PARALLEL_M = 40.0
# Who stands this near to a node stands on it.
AT_NODE_M = 15.0
# Two carriageways run against each other when their directions differ by more than 135 degrees.
AGAINST = -np.sqrt(0.5)

NOWHERE = -1


@dataclass(frozen=True)
class Places:
    """Where on the roads some points stand, one row each: on a node, else on a segment, else (``NOWHERE`` for both) on no road.

    ``distance_m`` is how far the nearest road is, whether or not it is near enough.
    """

    node: Ints
    segment: Ints
    distance_m: Floats

    @property
    def on_road(self) -> Bools:
        """Return which points stand on a road."""
        return np.asarray((self.node != NOWHERE) | (self.segment != NOWHERE))


class RoadIndex:
    """Finds what lies near a point, in metres; every segment of the network counts."""

    def __init__(self, network: RoadNetwork) -> None:
        self.network = network

    @cached_property
    def _centre(self) -> tuple[float, float]:
        return (float(np.mean(self.network.lon)), float(np.mean(self.network.lat)))

    @cached_property
    def _xy(self) -> Floats:
        if not len(self.network.lon):
            return np.zeros((0, 2))
        return np.column_stack(to_metres(self.network.lon, self.network.lat, centre=self._centre))

    @cached_property
    def _lines(self) -> NDArray[np.object_]:
        ends = np.column_stack([self.network.seg_u, self.network.seg_v])
        return np.asarray(shapely.linestrings(self._xy[ends]), dtype=object)

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self._lines)

    @cached_property
    def _road(self) -> NDArray[np.object_]:
        """Return the key of each way's road: its number, else its name."""
        ways = self.network.ways
        return np.asarray(ways["ref"].where(ways["ref"] != "", ways["name"]).to_numpy(), dtype=object)

    def _points(self, lon: Floats, lat: Floats) -> Floats:
        """Return points in metres; not finite where they are no place, or too far off for the projection."""
        return np.column_stack(to_metres(lon, lat, centre=self._centre))

    def _foot(self, xy: Floats, segment: Ints) -> Ints:
        """Return the node of each segment near which a point comes nearest to it; ``NOWHERE`` when that is in its midst."""
        network, line = self.network, self._lines[segment]
        along = shapely.line_locate_point(line, shapely.points(xy))
        rest = shapely.length(line) - along
        near = np.where(along <= rest, network.seg_u[segment], network.seg_v[segment])
        return np.where(np.minimum(along, rest) <= AT_NODE_M, near, NOWHERE)

    def place(self, lon: Floats, lat: Floats, *, within_m: float) -> Places:
        """Return where points (WGS-84, shape ``(n,)``) stand, at most ``within_m`` from a road."""
        xy = self._points(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
        count = len(xy)
        node, segment = np.full(count, NOWHERE, dtype=np.int64), np.full(count, NOWHERE, dtype=np.int64)
        distance = np.full(count, np.inf)
        real = np.flatnonzero(np.isfinite(xy).all(axis=1))
        if len(real) and len(self._lines):
            (_, nearest), away = self._tree.query_nearest(shapely.points(xy[real]), return_distance=True, all_matches=False)
            distance[real] = away
            near = away <= within_m
            on, nearest = real[near], nearest[near]
            node[on] = self._foot(xy[on], nearest)
            segment[on] = np.where(node[on] == NOWHERE, nearest, NOWHERE)
        return Places(node, segment, distance)

    def other_carriageway(self, lon: Floats, lat: Floats, *, within_m: float, parallel_m: float) -> Places:
        """Return where the other carriageway of the road that each point stands on is nearest to it, at most ``parallel_m`` away.

        That is a segment of the same road (same ``ref``, or the same name where there is none) on the same ``layer``, both of them
        one-way and against each other.
        """
        xy = self._points(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
        count = len(xy)
        node, segment = np.full(count, NOWHERE, dtype=np.int64), np.full(count, NOWHERE, dtype=np.int64)
        distance = np.full(count, np.inf)
        real = np.flatnonzero(np.isfinite(xy).all(axis=1))
        if not len(real) or not len(self._lines):
            return Places(node, segment, distance)
        network, points = self.network, shapely.points(xy[real])
        (who, own), away = self._tree.query_nearest(points, return_distance=True, all_matches=False)
        stands = np.full(len(real), NOWHERE)
        stands[who[away <= within_m]] = own[away <= within_m]
        who, other = self._tree.query(points, predicate="dwithin", distance=parallel_m)
        own = stands[who]
        who, other, own = who[own != NOWHERE], other[own != NOWHERE], own[own != NOWHERE]
        here, there = network.seg_way[own], network.seg_way[other]
        one_way, layer = network.ways["oneway"].to_numpy(dtype=bool), network.ways["layer"].to_numpy()
        same = (self._road[here] == self._road[there]) & (self._road[here] != "") & (layer[here] == layer[there])
        course = self._xy[network.seg_v] - self._xy[network.seg_u]
        cosine = (course[own] * course[other]).sum(axis=1) / np.maximum(np.hypot(*course[own].T) * np.hypot(*course[other].T), 1e-9)
        fits = same & one_way[here] & one_way[there] & (cosine < AGAINST)
        who, other = who[fits], other[fits]
        away = shapely.distance(points[who], self._lines[other])
        order = np.lexsort([away, who])
        who, other, away = who[order], other[order], away[order]
        first = np.flatnonzero(np.diff(who, prepend=-1))
        post, nearest = real[who[first]], other[first]
        node[post] = self._foot(xy[post], nearest)
        segment[post] = np.where(node[post] == NOWHERE, nearest, NOWHERE)
        distance[post] = away[first]
        return Places(node, segment, distance)

    def nearest_node(self, lon: Floats, lat: Floats, *, inside: bool = True) -> tuple[Ints, Floats]:
        """Return the node on a road nearest to each point, and how far it is in metres; ``NOWHERE`` when there is none.

        ``inside`` asks for nodes in the region alone.
        """
        xy = self._points(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
        node, distance = np.full(len(xy), NOWHERE, dtype=np.int64), np.full(len(xy), np.inf)
        nodes, tree = self._nodes[inside]
        real = np.isfinite(xy).all(axis=1)
        if len(nodes) and real.any():
            distance[real], at = tree.query(xy[real])
            node[real] = nodes[at]
        return node, distance

    @cached_property
    def _nodes(self) -> dict[bool, tuple[Ints, cKDTree]]:
        on_road = self.network.degree > 0
        chosen = {flag: np.flatnonzero(on_road & (self.network.inside | (not flag))) for flag in (True, False)}
        return {flag: (nodes, cKDTree(self._xy[nodes])) for flag, nodes in chosen.items()}


def watched(index: RoadIndex, lon: Floats, lat: Floats, *, within_m: float, parallel_m: float = PARALLEL_M) -> tuple[Places, Places]:
    """Return where posts (WGS-84) stand, and where on the other carriageway they watch as well."""
    return index.place(lon, lat, within_m=within_m), index.other_carriageway(lon, lat, within_m=within_m, parallel_m=parallel_m)


def crossings_with_post(network: RoadNetwork, lon: Floats, lat: Floats, *, within_m: float, parallel_m: float = PARALLEL_M) -> Bools:
    """Return which crossings (in the order of ``network.crossings``) posts (WGS-84) watch: their segment, or one of its ends."""
    if not len(network.crossings):
        return np.zeros(0, dtype=bool)
    found = watched(RoadIndex(network.of_mode("drive")), lon, lat, within_m=within_m, parallel_m=parallel_m)
    nodes = np.concatenate([place.node for place in found])
    segments = np.concatenate([place.segment for place in found])
    crossing = network.crossings
    at_end = np.isin(network.seg_u[crossing], nodes) | np.isin(network.seg_v[crossing], nodes)
    return np.asarray(at_end | np.isin(crossing, network.drive[segments[segments != NOWHERE]]))
