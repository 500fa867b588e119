"""Where roads lead into a place: at its outline, or at the road nearest to its label.

Roads are judged as a whole at the outline, however they are divided into ways. Each point where a segment crosses the outline is a way
in, and so is each segment that runs along it or stops just short of it. A bridge or tunnel crosses an outline without leading in; where
it comes to the ground inside, it does lead in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from geo.crs import in_metres, to_degrees
from geo.network import FERRY, Bools, Floats, Ints, RoadNetwork
from geo.splitting import with_vertices
from geo.watch import AT_NODE_M

# A road this close to an outline runs along it, or stops just short of it.
ALONG_M = 3.0
# Roads at most this much farther away than the nearest also bound an outline that no road reaches.
BESIDE_M = 15.0
# A road whose distance to an outline varies by no more than this runs beside it.
LEVEL_M = 0.5
# Whoever stands this far inside the border of the region stands in the region.
STEP_M = 1.0
LINE = 1


@dataclass(frozen=True)
class WaysIn:
    """The ways in, one row each, by place and node.

    Attributes
    ----------
    network
        The network with a vertex at each way in.
    place
        The row of the place, int64, shape ``(n,)``.
    node
        The vertex, int64, shape ``(n,)``.
    distance_m
        Metres from the outline or label; 0 where a road crosses the outline. Shape ``(n,)``.
    """

    network: RoadNetwork
    place: Ints
    node: Ints
    distance_m: Floats


def ways_in(network: RoadNetwork, places: NDArray[np.object_], *, within_m: float) -> WaysIn:
    """Find the ways into places.

    Parameters
    ----------
    network : RoadNetwork
        Every segment counts; see :meth:`RoadNetwork.of_mode`.
    places : ndarray of geometry, shape (n,)
        Points and polygons, WGS-84. Missing and empty ones have no way in.
    within_m : float
        How far, in metres, a road may lie from a label, or from an outline that no road reaches.

    Returns
    -------
    WaysIn

    Notes
    -----
    An outline has a way in wherever a segment crosses it or runs along it, at most ``ALONG_M`` away. Sources inside an outline are for the
    caller to add.

    A label, or an outline that no road reaches, has the nearest node in the region, and the nearest point of a road that passes nearer. It
    has that point alone where the road ends at this node but passes the place farther along. Such an outline has the nearest points of
    every road at most ``BESIDE_M`` farther away than the nearest.
    """
    nothing = WaysIn(network, np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))
    there = np.flatnonzero(~(shapely.is_missing(places) | shapely.is_empty(places)))
    if not len(there) or not len(network.seg_u):
        return nothing
    plane = _Plane(network, places[there])
    crossing = plane.outlines()
    far = np.setdiff1d(np.arange(len(there)), crossing.place)
    parts = [crossing, *(([plane.nearest(far, within_m)]) if len(far) else [])]
    place, segment, xy, away = (np.concatenate([getattr(part, name) for part in parts]) for name in ("place", "segment", "xy", "away"))
    lon, lat = to_degrees(xy[:, 0], xy[:, 1], centre=plane.centre)
    grown, node = with_vertices(network, segment, lon, lat)
    order = np.lexsort([away, node, place])
    place, node, away = there[place[order]], node[order], away[order]
    first = np.ones(len(place), dtype=bool)
    first[1:] = (place[1:] != place[:-1]) | (node[1:] != node[:-1])
    return WaysIn(grown, place[first], node[first], away[first])


@dataclass(frozen=True)
class _Points:
    """Points on segments, in metres, each a way into a place."""

    place: Ints
    segment: Ints
    xy: Floats
    away: Floats


class _Plane:
    """Segments and places, projected to metres."""

    def __init__(self, network: RoadNetwork, places: NDArray[np.object_]) -> None:
        self.network = network
        self.centre = (float(np.mean(network.lon)), float(np.mean(network.lat)))
        nodes = in_metres(shapely.points(network.lon, network.lat), centre=self.centre)
        self.nodes = shapely.get_coordinates(nodes)
        self.lines: NDArray[np.object_] = np.asarray(
            shapely.linestrings(self.nodes[np.column_stack([network.seg_u, network.seg_v])]), dtype=object
        )
        self.places = in_metres(places, centre=self.centre)
        self.tree = shapely.STRtree(self.lines)
        ways = network.ways
        raised = (ways["bridge"] | ways["tunnel"]).to_numpy(dtype=bool)
        # A ferry passes an outline as a bridge does: only where it lands counts.
        self.raised: Bools = raised[network.seg_way] | (network.seg_role == FERRY)

    def outlines(self) -> _Points:
        """Return the ways in at outlines."""
        polygons = np.flatnonzero(shapely.get_dimensions(self.places) == 2)
        border = shapely.boundary(self.places[polygons])
        row, segment = self.tree.query(border, predicate="dwithin", distance=ALONG_M)
        line, outline = self.lines[segment], border[row]
        crosses = shapely.intersects(line, outline)
        ground = ~self.raised[segment]

        met = shapely.intersection(line, outline)
        points, of = shapely.get_coordinates(met[crosses & ground], return_index=True)
        at = np.flatnonzero(crosses & ground)[of]
        parts = [_Points(polygons[row[at]], segment[at], points, np.zeros(len(at)))]

        along = ~crosses & ground
        if along.any():
            nearest = shapely.get_point(shapely.shortest_line(line[along], outline[along]), 0)
            away = shapely.distance(line[along], outline[along])
            parts.append(_Points(polygons[row[along]], segment[along], shapely.get_coordinates(nearest), away))
        parts.append(self._landings(polygons[row[crosses & ~ground]], segment[crosses & ~ground]))
        return _Points(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("place", "segment", "xy", "away")))

    def _landings(self, place: Ints, segment: Ints) -> _Points:
        """Return where bridges and tunnels that cross outlines come to the ground inside."""
        u, v = self.network.seg_u, self.network.seg_v
        raised, count = np.flatnonzero(self.raised), len(self.network.node_id)
        nothing = _Points(place[:0], segment[:0], np.zeros((0, 2)), np.zeros(0))
        if not len(place):
            return nothing
        graph = sparse.coo_array((np.ones(len(raised), dtype=np.int8), (u[raised], v[raised])), shape=(count, count))
        part = csgraph.connected_components(graph.tocsr(), directed=False)[1]
        up, down = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
        up[u[raised]] = up[v[raised]] = True
        down[u[~self.raised]] = down[v[~self.raised]] = True
        # A raised road with nothing beyond its end also comes to the ground there: no bridge ends in the air.
        landing = np.flatnonzero(up & (down | (np.bincount(np.concatenate([u, v]), minlength=count) == 1)))
        found = []
        for one, run in sorted(set(zip(place.tolist(), part[u[segment]].tolist(), strict=True))):
            mine = landing[part[landing] == run]
            mine = mine[shapely.intersects_xy(self.places[one], *self.nodes[mine].T)]
            found += [(one, node) for node in mine.tolist()]
        if not found:
            return nothing
        who, node = np.array(found, dtype=np.int64).T
        at = np.full(count, -1)
        at[u], at[v] = np.arange(len(u)), np.arange(len(v))
        return _Points(who, at[node], self.nodes[node], np.zeros(len(who)))

    def nearest(self, rows: Ints, within_m: float) -> _Points:
        """Return the node in the region nearest to each place, and the nearest point of a segment where that is not at this node."""
        network, places = self.network, self.places
        u, v = network.seg_u, network.seg_v
        at = np.full(len(network.node_id), -1)
        at[u], at[v] = np.arange(len(u)), np.arange(len(v))
        nodes = np.flatnonzero(network.inside & (at >= 0))
        mine = np.flatnonzero((network.inside[u] | network.inside[v]) & (network.seg_role != FERRY))
        if not len(nodes) or not len(mine):
            return _Points(rows[:0], rows[:0], np.zeros((0, 2)), np.zeros(0))
        who, found = shapely.STRtree(shapely.points(self.nodes[nodes])).query_nearest(
            places[rows], all_matches=False, max_distance=within_m
        )
        by_node = np.full(len(rows), -1)
        by_node[who] = nodes[found]
        whose, segment = self._beside(rows, mine, within_m)
        foot = self._foot(segment, rows[whose])
        ends_there = (u[segment] == by_node[whose]) | (v[segment] == by_node[whose])
        at_node = ends_there & (np.hypot(*(foot - self.nodes[by_node[whose]]).T) <= AT_NODE_M)
        passes = ends_there & ~at_node
        by_end = whose[passes]
        whose, segment, foot = whose[~at_node], segment[~at_node], foot[~at_node]
        lon, lat = to_degrees(foot[:, 0], foot[:, 1], centre=self.centre)
        here = shapely.intersects_xy(network.region, lon, lat)
        # Nobody at the end of a straight road past a label sees those who come from its other end; use the nearest point.
        by_node[by_end[here[passes[~at_node]]]] = -1
        beyond = np.flatnonzero(~here)
        foot[beyond] = self._in_region(segment[beyond], places[rows[whose[beyond]]])
        real = np.isfinite(foot).all(axis=1)
        whose, segment, foot = whose[real], segment[real], foot[real]
        who = np.flatnonzero(by_node >= 0)
        place = np.concatenate([rows[who], rows[whose]])
        xy = np.concatenate([self.nodes[by_node[who]], foot])
        away = shapely.distance(places[place], shapely.points(xy))
        return _Points(place, np.concatenate([at[by_node[who]], segment]), xy, away)

    def _beside(self, rows: Ints, segments: Ints, within_m: float) -> tuple[Ints, Ints]:
        """Return ``(row, segment)``: the segment nearest to each place; for an outline, all that are at most ``BESIDE_M`` farther away.

        Streets bound an outline on several sides, and whoever stands in any of them is there.
        """
        places, tree = self.places[rows], shapely.STRtree(self.lines[segments])
        (whose, line), away = tree.query_nearest(places, all_matches=False, max_distance=within_m, return_distance=True)
        outlined = shapely.get_dimensions(places[whose]) == 2
        if not outlined.any():
            return whose, segments[line]
        at, others = tree.query(places[whose[outlined]], predicate="dwithin", distance=away[outlined] + BESIDE_M)
        return np.concatenate([whose[~outlined], whose[outlined][at]]), segments[np.concatenate([line[~outlined], others])]

    def _foot(self, segment: Ints, place: Ints) -> Floats:
        """Return where each segment comes nearest to a place; where it runs beside an outline, the middle of that stretch."""
        lines, places = self.lines[segment], self.places[place]
        near = shapely.intersection(lines, shapely.buffer(places, shapely.distance(lines, places) + LEVEL_M))
        middle = shapely.line_locate_point(lines, shapely.centroid(near))
        nearest = shapely.line_locate_point(lines, shapely.get_point(shapely.shortest_line(lines, places), 0))
        at = np.where(np.isfinite(middle) & (shapely.get_dimensions(places) == 2), middle, nearest)
        return np.asarray(shapely.get_coordinates(shapely.line_interpolate_point(lines, at)))

    def _in_region(self, segment: Ints, places: NDArray[np.object_]) -> Floats:
        """Return the point of each segment nearest to a place, a step inside the region so that a post can stand there; NaN for none."""
        if not len(segment):
            return np.zeros((0, 2))
        part = shapely.intersection(self.lines[segment], in_metres([self.network.region], centre=self.centre)[0])
        part = np.where(shapely.get_type_id(part) == LINE, part, None)
        at = shapely.line_locate_point(part, shapely.get_point(shapely.shortest_line(part, places), 0))
        at = np.clip(at, STEP_M, np.maximum(shapely.length(part) - STEP_M, STEP_M))
        xy = shapely.line_interpolate_point(part, at)
        return np.column_stack([shapely.get_x(xy), shapely.get_y(xy)])
