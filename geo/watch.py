"""What a post watches, and what else stands on the roads.

A post stands on the nearest segment. Where its nearest point is close to an end of that segment, it stands on that node and sees all
roads that meet there. On a divided road it also watches the opposite carriageway, if that is close. It never watches a road on another
level.
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

# The carriageways of one road lie no farther apart than this.
PARALLEL_M = 40.0
# Whoever stands this near to a node stands on it.
AT_NODE_M = 15.0
# Carriageways are opposite when their directions differ by more than 135 degrees; this is the cosine.
AGAINST = -np.sqrt(0.5)

NOWHERE = -1


@dataclass(frozen=True)
class Places:
    """Where points stand on the roads, one row each: on a node, on a segment, or on no road.

    Attributes
    ----------
    node
        The node of a point that stands on one, otherwise ``NOWHERE``. Shape ``(n,)``.
    segment
        The segment of a point that stands on one away from its ends, otherwise ``NOWHERE``. Shape ``(n,)``.
    distance_m
        Metres to the nearest road, near enough or not. Shape ``(n,)``.
    """

    node: Ints
    segment: Ints
    distance_m: Floats

    @property
    def on_road(self) -> Bools:
        """Return which points stand on a road."""
        return np.asarray((self.node != NOWHERE) | (self.segment != NOWHERE))


class RoadIndex:
    """A spatial index of a network's roads, in metres; every segment counts.

    Distances are measured in the UTM zone of the middle of the network. Points with coordinates that are not finite, or too far away to be
    projected, lie on no road.
    """

    def __init__(self, network: RoadNetwork) -> None:
        self.network = network

    @cached_property
    def _centre(self) -> tuple[float, float]:
        if not len(self.network.lon):
            return (0.0, 0.0)
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
        """Return the key of each way's road: its number, otherwise its name."""
        ways = self.network.ways
        return np.asarray(ways["ref"].where(ways["ref"] != "", ways["name"]).to_numpy(), dtype=object)

    def _points(self, lon: Floats, lat: Floats) -> Floats:
        """Return points in metres; not finite where they are not points, or too far away for the projection."""
        return np.column_stack(to_metres(lon, lat, centre=self._centre))

    def _foot(self, xy: Floats, segment: Ints, at_node_m: float = AT_NODE_M) -> Ints:
        """Return the end of each segment near which a point comes nearest to it; ``NOWHERE`` away from both ends."""
        network, line = self.network, self._lines[segment]
        along = shapely.line_locate_point(line, shapely.points(xy))
        rest = shapely.length(line) - along
        near = np.where(along <= rest, network.seg_u[segment], network.seg_v[segment])
        return np.where(np.minimum(along, rest) <= at_node_m, near, NOWHERE)

    def place(self, lon: Floats, lat: Floats, *, within_m: float, at_node_m: float = AT_NODE_M) -> Places:
        """Find where points stand.

        Parameters
        ----------
        lon, lat : ndarray of float64, shape (n,)
            Degrees, WGS-84.
        within_m : float
            A point farther from every road than this stands on none.
        at_node_m : float
            A point whose nearest position on its segment is this near to an end stands on that node.

        Returns
        -------
        Places
        """
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
            node[on] = self._foot(xy[on], nearest, at_node_m)
            segment[on] = np.where(node[on] == NOWHERE, nearest, NOWHERE)
        return Places(node, segment, distance)

    def other_carriageway(self, lon: Floats, lat: Floats, *, within_m: float, parallel_m: float) -> Ints:
        """Find the opposite carriageway of the road on which each point stands.

        Two segments are opposite carriageways when they belong to the same road (same ``ref``, otherwise same name) on the same level, both
        are one-way, and their directions differ by more than 135°.

        Parameters
        ----------
        lon, lat : ndarray of float64, shape (n,)
            Degrees, WGS-84.
        within_m : float
            A point farther from every road than this stands on none.
        parallel_m : float
            The largest distance, in metres, from the point to the opposite carriageway.

        Returns
        -------
        ndarray of int64, shape (n, 2)
            The nearest segment, and the one beyond the node that the point is abreast of; ``NOWHERE`` for none. Other roads at that node
            cannot be seen from here.
        """
        xy = self._points(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
        found = np.full((len(xy), 2), NOWHERE, dtype=np.int64)
        real = np.flatnonzero(np.isfinite(xy).all(axis=1))
        if not len(real) or not len(self._lines):
            return found
        points = shapely.points(xy[real])
        (who, own), away = self._tree.query_nearest(points, return_distance=True, all_matches=False)
        stands = np.full(len(real), NOWHERE)
        stands[who[away <= within_m]] = own[away <= within_m]
        who, other = self._tree.query(points, predicate="dwithin", distance=parallel_m)
        own = stands[who]
        against = (own != NOWHERE) & self._against(own, other)
        who, other = who[against], other[against]
        order = np.lexsort([shapely.distance(points[who], self._lines[other]), who])
        who, other = who[order], other[order]
        first = np.flatnonzero(np.diff(who, prepend=-1))
        post, nearest = real[who[first]], other[first]
        abreast = self._foot(xy[post], nearest)
        for row, segment, node in zip(post.tolist(), nearest.tolist(), abreast.tolist(), strict=True):
            mine = other[who == np.searchsorted(real, row)]
            beyond = mine[(mine != segment) & ((self.network.seg_u[mine] == node) | (self.network.seg_v[mine] == node))]
            found[row] = segment, beyond[0] if node != NOWHERE and len(beyond) else NOWHERE
        return found

    def _against(self, own: Ints, other: Ints) -> Bools:
        """Return which of the other segments are the opposite carriageway of one's own."""
        network, ways = self.network, self.network.ways
        here, there = network.seg_way[own], network.seg_way[other]
        same = (self._road[here] == self._road[there]) & (self._road[here] != "")
        for level in ("layer", "bridge", "tunnel"):
            same &= ways[level].to_numpy()[here] == ways[level].to_numpy()[there]
        one_way = ways["oneway"].to_numpy(dtype=bool)
        course = self._xy[network.seg_v] - self._xy[network.seg_u]
        length = np.hypot(*course[own].T) * np.hypot(*course[other].T)
        cosine = (course[own] * course[other]).sum(axis=1) / np.maximum(length, 1e-9)
        return np.asarray(same & one_way[here] & one_way[there] & (cosine < AGAINST), dtype=bool)

    def ends(self, lon: Floats, lat: Floats, *, within_m: float) -> tuple[Ints, Floats]:
        """Find the road nodes that lead on from each point.

        Parameters
        ----------
        lon, lat : ndarray of float64, shape (n,)
            Degrees, WGS-84.
        within_m : float
            A point farther from every road than this stands on none.

        Returns
        -------
        nodes : ndarray of int64, shape (n, 2)
            The node on which the point stands, otherwise both ends of its segment; if any of them lie in the region, only those.
            ``NOWHERE`` fills the rest.
        distance : ndarray of float64, shape (n,)
            Metres to the nearest road.
        """
        network = self.network
        at = self.place(lon, lat, within_m=within_m)
        on = at.segment != NOWHERE
        pair = np.column_stack([at.node, np.full(len(at.node), NOWHERE)])
        pair[on] = np.column_stack([network.seg_u[at.segment[on]], network.seg_v[at.segment[on]]])
        inner = (pair != NOWHERE) & network.inside[pair]
        pair[inner.any(axis=1)[:, None] & ~inner] = NOWHERE
        return pair, at.distance_m

    def nearest_node(self, lon: Floats, lat: Floats, *, inside: bool = True) -> tuple[Ints, Floats]:
        """Find the nearest node that is on a road. A node that only ferries use is not.

        Parameters
        ----------
        lon, lat : ndarray of float64, shape (n,)
            Degrees, WGS-84.
        inside : bool
            Whether to consider only nodes in the region.

        Returns
        -------
        node : ndarray of int64, shape (n,)
            ``NOWHERE`` when there is none.
        distance : ndarray of float64, shape (n,)
            Metres; infinity when there is none.
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
        on_road = self.network.on_road
        chosen = {flag: np.flatnonzero(on_road & (self.network.inside | (not flag))) for flag in (True, False)}
        return {flag: (nodes, cKDTree(self._xy[nodes])) for flag, nodes in chosen.items()}


def crossings_with_post(network: RoadNetwork, lon: Floats, lat: Floats, *, within_m: float, parallel_m: float = PARALLEL_M) -> Bools:
    """Find the crossings that posts watch: their segment, or one of its ends.

    Parameters
    ----------
    network : RoadNetwork
        The whole network.
    lon, lat : ndarray of float64, shape (n,)
        The posts, degrees WGS-84.
    within_m : float
        A post farther from every road than this watches none.
    parallel_m : float
        How far from a post, in metres, it still watches the opposite carriageway.

    Returns
    -------
    ndarray of bool, shape (crossings,)
        In the order of ``network.crossings``.
    """
    if not len(network.crossings):
        return np.zeros(0, dtype=bool)
    index = RoadIndex(network.of_mode("drive"))
    place = index.place(lon, lat, within_m=within_m)
    beside = index.other_carriageway(lon, lat, within_m=within_m, parallel_m=parallel_m)
    segments = np.concatenate([place.segment, beside.ravel()])
    crossing = network.crossings
    at_end = np.isin(network.seg_u[crossing], place.node) | np.isin(network.seg_v[crossing], place.node)
    return np.asarray(at_end | np.isin(crossing, network.drive[segments[segments != NOWHERE]]))
