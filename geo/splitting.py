"""Add vertices on segments, and bare segments between vertices, without renumbering the rest of a network."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import shapely

from geo.network import ROAD, WAY_DEFAULTS, Bools, Floats, Ints, RoadNetwork, geodesic_m

# A point this near to an end of its segment is that end; no data are drawn more finely.
AT_END_M = 0.5


def with_vertices(network: RoadNetwork, segment: Ints, lon: Floats, lat: Floats) -> tuple[RoadNetwork, Ints]:
    """Put a vertex at each of some points on segments.

    Parameters
    ----------
    network : RoadNetwork
        The network to extend.
    segment : ndarray of int64, shape (n,)
        The segment that each point lies on.
    lon, lat : ndarray of float64, shape (n,)
        The points, degrees WGS-84. Several may lie on one segment. A point at most ``AT_END_M`` from an end is that end.

    Returns
    -------
    network : RoadNetwork
        Nodes keep their numbers; new ones come last, with ids above all others. A split segment keeps its row for the piece at its first
        end. Its other pieces come last, with the same way and role.
    node : ndarray of int64, shape (n,)
        The node of each point.
    """
    segment = np.asarray(segment, dtype=np.int64)
    if not len(segment):
        return network, np.zeros(0, dtype=np.int64)
    u, v = network.seg_u[segment], network.seg_v[segment]
    along = _share(network, u, v, lon, lat)
    from_u, from_v = along * network.length_m[segment], (1 - along) * network.length_m[segment]
    node = np.where(np.minimum(from_u, from_v) > AT_END_M, -1, np.where(from_u <= from_v, u, v))
    inner = np.flatnonzero(node < 0)
    order = inner[np.lexsort([along[inner], segment[inner]])]
    # Points at one place of one segment share a vertex.
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = (segment[order[1:]] != segment[order[:-1]]) | (along[order[1:]] > along[order[:-1]])
    count = len(network.node_id)
    node[order] = count - 1 + np.cumsum(fresh)
    placed = order[fresh]
    return _split(network, segment[placed], lon[placed], lat[placed], along[placed]), node


def _share(network: RoadNetwork, u: Ints, v: Ints, lon: Floats, lat: Floats) -> Floats:
    """Return the position of each point along its segment, from 0 at ``u`` to 1 at ``v``."""
    # A degree of longitude is shorter than one of latitude; within one segment the ratio is constant.
    width = np.cos(np.radians(network.lat[u]))
    east, north = (network.lon[v] - network.lon[u]) * width, network.lat[v] - network.lat[u]
    share = ((lon - network.lon[u]) * width * east + (lat - network.lat[u]) * north) / np.maximum(east**2 + north**2, 1e-30)
    return np.asarray(np.clip(share, 0, 1))


def _split(network: RoadNetwork, segment: Ints, lon: Floats, lat: Floats, along: Floats) -> RoadNetwork:
    """Return the network with new vertices, which come sorted by segment and position along it."""
    count, new = len(network.node_id), len(segment)
    number = count + np.arange(new)
    last = np.append(segment[1:] != segment[:-1], True) if new else np.zeros(0, dtype=bool)
    first = np.append(True, last[:-1]) if new else last
    ends = np.where(last, network.seg_v[segment], np.append(number[1:], 0) if new else number)
    until = np.where(last, 1.0, np.append(along[1:], 1.0) if new else along)

    seg_v, length = network.seg_v.copy(), network.length_m.copy()
    seg_v[segment[first]] = number[first]
    length[segment[first]] = network.length_m[segment[first]] * along[first]
    top = int(network.node_id.max(initial=0))
    return replace(
        network,
        node_id=np.concatenate([network.node_id, top + 1 + np.arange(new)]),
        lon=np.concatenate([network.lon, lon]),
        lat=np.concatenate([network.lat, lat]),
        inside=np.concatenate([network.inside, shapely.intersects_xy(network.region, lon, lat)]),
        seg_u=np.concatenate([network.seg_u, number]),
        seg_v=np.concatenate([seg_v, ends]),
        seg_way=np.concatenate([network.seg_way, network.seg_way[segment]]),
        seg_drive=np.concatenate([network.seg_drive, network.seg_drive[segment]]),
        seg_role=np.concatenate([network.seg_role, network.seg_role[segment]]),
        length_m=np.concatenate([length, network.length_m[segment] * (until - along)]),
    )


def with_segments(network: RoadNetwork, u: Ints, v: Ints, drive: Bools, *, highway: str = "road") -> tuple[RoadNetwork, Ints]:
    """Add a segment between each of some pairs of nodes.

    Parameters
    ----------
    network : RoadNetwork
        The network to extend.
    u, v : ndarray of int64, shape (n,)
        The two nodes of each new segment.
    drive : ndarray of bool, shape (n,)
        Whether each is drivable.
    highway : str
        The class of the new ways.

    Returns
    -------
    network : RoadNetwork
        Each new segment has a nameless way of its own and a geodesic length.
    rows : ndarray of int64, shape (n,)
        The new segments.
    """
    count = len(network.seg_u)
    rows = count + np.arange(len(u))
    if not len(u):
        return network, rows
    own = pd.DataFrame(WAY_DEFAULTS | {"osm_id": 0, "highway": highway}, index=range(len(u)))[list(network.ways)]
    grown = replace(
        network,
        seg_u=np.concatenate([network.seg_u, u]),
        seg_v=np.concatenate([network.seg_v, v]),
        seg_way=np.concatenate([network.seg_way, len(network.ways) + np.arange(len(u))]),
        seg_drive=np.concatenate([network.seg_drive, drive]),
        seg_role=np.concatenate([network.seg_role, np.full(len(u), ROAD, dtype=network.seg_role.dtype)]),
        length_m=np.concatenate([network.length_m, geodesic_m(network.lon, network.lat, u, v)]),
        ways=pd.concat([network.ways, own.astype(network.ways.dtypes)], ignore_index=True),
    )
    return grown, rows
