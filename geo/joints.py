"""Doubtful joints: places where the map draws two roads apart that may meet on the ground.

Roads meet where they share a node. Drawing errors in OpenStreetMap break that rule in two ways: a road ends a little short of another
(a *gap*), or two roads cross on one level without a common node (a *crossing*). Neither the map as drawn nor the map with the roads
joined can be trusted, so an analysis covers both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.crs import in_metres, to_degrees
from geo.network import FERRY, Bools, Floats, Ints, RoadNetwork
from geo.splitting import with_segments, with_vertices

# Roads drawn no farther apart than this may meet.
JOINT_M = 5.0
# A node this near to the place of a joint is part of it.
AT_JOINT_M = 0.01
GAP, CROSSING = "gap", "crossing"
COLUMNS = ("lon", "lat", "kind", "gap_m", "segment", "other", "lon_a", "lat_a", "lon_b", "lat_b")
# Where roads meet this near to a dead end, it joins only one of them: whoever stands there sees them all.
CLOSE_BY_M = 15.0
_LEVELS = ("layer", "bridge", "tunnel")


def find_joints(network: RoadNetwork, *, within_m: float = JOINT_M) -> pd.DataFrame:
    """Find the doubtful joints of a network.

    A gap is a dead end in the region, at most ``within_m`` from a segment on the same level (``layer``, ``bridge``, ``tunnel``) that its
    own road does not touch there. Bridges and tunnels are on every level where they come to the ground, at their ends. Of segments that
    meet close by, only the nearest counts. A crossing is two segments on the same level with a point in common and no common node.

    Parameters
    ----------
    network : RoadNetwork
        Every segment counts; see :meth:`RoadNetwork.of_mode`. Ferries have no joints.
    within_m : float
        Metres, in the UTM zone of the middle of the network.

    Returns
    -------
    DataFrame
        One row for each joint: ``lon, lat`` (degrees WGS-84, where the joint would be), ``kind`` (gap, crossing), ``gap_m`` (metres), the
        two segments ``segment`` (for a gap: that of the dead end) and ``other``, and ``lon_a, lat_a, lon_b, lat_b``, the two points to be
        joined.
    """
    if not len(network.seg_u):
        return pd.DataFrame({name: pd.Series(dtype="object" if name == "kind" else "float64") for name in COLUMNS})
    plane = _Plane(network)
    crossing, gap = plane.crossings(within_m), plane.gaps(within_m)
    # Report a road that ends on another without a node only once.
    told = set(zip(crossing["segment"], crossing["other"], strict=True)) | set(zip(crossing["other"], crossing["segment"], strict=True))
    fresh = [pair not in told for pair in zip(gap["segment"], gap["other"], strict=True)]
    found = pd.concat([part for part in (gap[np.array(fresh, dtype=bool)], crossing) if len(part)] or [gap], ignore_index=True)
    return found.sort_values(["lon", "lat"], ignore_index=True)


def open_country(network: RoadNetwork, *, within_m: float = JOINT_M) -> tuple[Ints, Ints]:
    """Find nodes where nothing is doubtful, because no other road is near, or none ends or crosses there.

    Parameters
    ----------
    network : RoadNetwork
        Every segment counts; see :meth:`RoadNetwork.of_mode`.
    within_m : float
        Metres, as in :func:`find_joints`.

    Returns
    -------
    ends : ndarray of int64
        The dead ends in the region that no joint would connect.
    passes : ndarray of int64
        Nodes inside a road, at most ``within_m`` from another road on the same level, where the two neither end at nor cross one another.
    """
    nothing = np.zeros(0, dtype=np.int64)
    if not len(network.seg_u):
        return nothing, nothing
    plane, joints = _Plane(network), find_joints(network, within_m=within_m)
    ends, passes = plane.dead_ends(), plane.near_passes(within_m)
    lon, lat = (np.concatenate([joints[f"{axis}_{side}"].to_numpy(dtype=np.float64) for side in "ab"]) for axis in ("lon", "lat"))
    if not len(lon):
        return ends, passes
    spots = shapely.STRtree(in_metres(shapely.points(lon, lat), centre=plane.centre))
    at = [spots.query(shapely.points(plane.nodes[nodes]), predicate="dwithin", distance=AT_JOINT_M)[0] for nodes in (ends, passes)]
    return np.delete(ends, np.unique(at[0])), np.delete(passes, np.unique(at[1]))


class _Plane:
    """The segments of a network, projected to metres."""

    def __init__(self, network: RoadNetwork) -> None:
        self.network = network
        self.centre = (float(np.mean(network.lon)), float(np.mean(network.lat)))
        self.nodes = shapely.get_coordinates(in_metres(shapely.points(network.lon, network.lat), centre=self.centre))
        self.lines: NDArray[np.object_] = np.asarray(
            shapely.linestrings(self.nodes[np.column_stack([network.seg_u, network.seg_v])]), dtype=object
        )
        self.tree = shapely.STRtree(self.lines)

    def _one_level(self, one: Ints, other: Ints) -> Bools:
        ways, way = self.network.ways, self.network.seg_way
        role = self.network.seg_role
        same = (role[one] != FERRY) & (role[other] != FERRY)  # the line of a ferry runs over water and meets nothing there
        for level in _LEVELS:
            values = ways[level].to_numpy()
            same &= values[way[one]] == values[way[other]]
        return np.asarray(same)

    def _in_region(self, one: Ints, other: Ints) -> Bools:
        """Return which pairs of segments have an end in the region. What lies beyond is not for this office to judge."""
        network = self.network
        ends = [network.inside[side[rows]] for side in (network.seg_u, network.seg_v) for rows in (one, other)]
        return np.asarray(np.any(ends, axis=0))

    def crossings(self, within_m: float) -> pd.DataFrame:
        """Return the crossings without a common node."""
        network = self.network
        one, other = self.tree.query(self.lines, predicate="intersects")
        u, v = network.seg_u, network.seg_v
        apart = (one < other) & (u[one] != u[other]) & (u[one] != v[other]) & (v[one] != u[other]) & (v[one] != v[other])
        one, other = one[apart], other[apart]
        kept = self._one_level(one, other) & self._in_region(one, other)
        one, other = one[kept], other[kept]
        where = shapely.get_coordinates(shapely.centroid(shapely.intersection(self.lines[one], self.lines[other])))
        return self._frame(CROSSING, one, other, where, where, np.zeros(len(one)))

    def gaps(self, within_m: float) -> pd.DataFrame:
        """Return the dead ends that almost reach another road."""
        network = self.network
        ends = self.dead_ends()
        own = np.full(len(network.node_id), -1)
        own[network.seg_u], own[network.seg_v] = np.arange(len(network.seg_u)), np.arange(len(network.seg_u))
        who, other = self.tree.query(shapely.points(self.nodes[ends]), predicate="dwithin", distance=within_m)
        end, segment = ends[who], own[ends[who]]
        next_to = np.where(network.seg_u[segment] == end, network.seg_v[segment], network.seg_u[segment])
        # It already touches its own segment, and those at the other end of that segment.
        near = (other != segment) & (network.seg_u[other] != next_to) & (network.seg_v[other] != next_to)
        end, segment, other = end[near], segment[near], other[near]
        along = shapely.line_locate_point(self.lines[other], shapely.points(self.nodes[end]))
        level = self._one_level(segment, other) | self._lands(other, along, within_m)
        end, segment, other, along = end[level], segment[level], other[level], along[level]
        foot = shapely.get_coordinates(shapely.line_interpolate_point(self.lines[other], along))
        away = np.hypot(*(foot - self.nodes[end]).T)
        kept = self._nearest(end, other, away)
        end, segment, other, away, foot = end[kept], segment[kept], other[kept], away[kept], foot[kept]
        return self._frame(GAP, segment, other, self.nodes[end], foot, away)

    def dead_ends(self) -> Ints:
        """Return the nodes in the region where a road ends."""
        return np.flatnonzero((self.network.chains.degree == 1) & self.network.inside)

    def _lands(self, segment: Ints, along: Floats, within_m: float) -> Bools:
        """Return which points, given by their distance along a segment, are on the ground.

        All of a plain road is; a bridge or tunnel is near its landings.
        """
        network = self.network
        ways = network.ways
        raised = (ways["bridge"] | ways["tunnel"] | (ways["layer"] != 0)).to_numpy(dtype=bool)[network.seg_way]
        landing = network.chains.degree == 1
        landing[network.seg_u[~raised]] = landing[network.seg_v[~raised]] = True
        rest = shapely.length(self.lines[segment]) - along
        at_u, at_v = landing[network.seg_u[segment]] & (along <= within_m), landing[network.seg_v[segment]] & (rest <= within_m)
        return np.asarray(~raised[segment] | at_u | at_v, dtype=bool)

    def _nearest(self, end: Ints, other: Ints, away: Floats) -> Ints:
        """Return which pairs of a dead end and a segment count, by dead end. Of segments that meet close by, the nearest counts."""
        network, kept = self.network, list[int]()
        for row in np.lexsort([other, away, end]).tolist():
            nodes = {int(network.seg_u[other[row]]), int(network.seg_v[other[row]])}
            told = (k for k in reversed(kept) if end[k] == end[row])
            shared = {node for k in told for node in nodes & {int(network.seg_u[other[k]]), int(network.seg_v[other[k]])}}
            if not any(np.hypot(*(self.nodes[node] - self.nodes[end[row]])) <= CLOSE_BY_M for node in shared):
                kept.append(row)
        return np.array(kept, dtype=np.int64)

    def near_passes(self, within_m: float) -> Ints:
        """Return the nodes, other than dead ends, near a segment on the same level that their own road does not touch there."""
        network = self.network
        u, v = network.seg_u, network.seg_v
        nodes = np.flatnonzero((network.chains.degree > 1) & network.inside)
        who, other = self.tree.query(shapely.points(self.nodes[nodes]), predicate="dwithin", distance=within_m)
        node = nodes[who]
        count = len(network.node_id)
        pairs = np.unique(np.concatenate([u * count + v, v * count + u, np.arange(count) * (count + 1)]))
        touches = np.isin(node * count + u[other], pairs) | np.isin(node * count + v[other], pairs)
        node, other = node[~touches], other[~touches]
        own = np.full(count, -1)
        own[u], own[v] = np.arange(len(u)), np.arange(len(v))
        return np.unique(node[self._one_level(own[node], other)])

    def _frame(self, kind: str, segment: Ints, other: Ints, a: Floats, b: Floats, gap_m: Floats) -> pd.DataFrame:
        (lon_a, lat_a), (lon_b, lat_b) = (to_degrees(xy[:, 0], xy[:, 1], centre=self.centre) for xy in (a, b))
        return pd.DataFrame(
            {
                "lon": (lon_a + lon_b) / 2,
                "lat": (lat_a + lat_b) / 2,
                "kind": pd.Series([kind] * len(segment), dtype="object"),
                "gap_m": gap_m,
                "segment": segment,
                "other": other,
                "lon_a": lon_a,
                "lat_a": lat_a,
                "lon_b": lon_b,
                "lat_b": lat_b,
            }
        )


@dataclass(frozen=True)
class Joined:
    """A network with joints made.

    Attributes
    ----------
    network
        Its nodes and segments keep the numbers of the network given; a split segment keeps its number for its first piece.
    segment
        The row of the bare segment that makes each joint. Without these segments the roads are as drawn.
    """

    network: RoadNetwork
    segment: Ints


def join(network: RoadNetwork, joints: pd.DataFrame) -> Joined:
    """Make joints, each as a segment of its own.

    Parameters
    ----------
    network : RoadNetwork
        The network in which the joints were found.
    joints : DataFrame
        Rows of :func:`find_joints`. A joint is drivable when both its segments are.

    Returns
    -------
    Joined
    """
    if joints.empty:
        return Joined(network, np.zeros(0, dtype=np.int64))
    rows = joints[["segment", "other"]].to_numpy(dtype=np.int64)
    lon, lat = joints[["lon_a", "lon_b"]].to_numpy(dtype=np.float64), joints[["lat_a", "lat_b"]].to_numpy(dtype=np.float64)
    grown, node = with_vertices(network, rows.ravel(), lon.ravel(), lat.ravel())
    pair = node.reshape(-1, 2)
    drive = network.seg_drive[rows].all(axis=1)
    grown, made = with_segments(grown, pair[:, 0], pair[:, 1], drive)
    return Joined(grown, made)
