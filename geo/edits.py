"""Road segments removed and added by hand, applied to a network.

An edit is identified by the positions of its two ends. It therefore also applies to the network of the next import, which numbers its
nodes and segments anew. Where the roads have changed too much for that, the edit is reported, not guessed at.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import pandas as pd
from pyproj import Geod

from geo.network import ROAD, WAY_DEFAULTS, Bools, Floats, Ints, RoadNetwork, geodesic_m

# How far roads may move between imports. A larger value would confuse carriageways; a strike that fits nothing is reported.
STRIKE_WITHIN_M = 5.0
# How far off a road people point.
ADD_WITHIN_M = 50.0
# No degree of latitude is shorter.
DEGREE_M = 110_000.0
HIGHWAY = {"drive": "road", "walk": "path"}
_WGS84 = Geod(ellps="WGS84")

# Longitude and latitude.
End: TypeAlias = tuple[float, float]
# The two ends and the mode of an edit.
Edit: TypeAlias = tuple[End, End, str]


@dataclass(frozen=True)
class Edited:
    """A network with its edits, and the outcome of each.

    Attributes
    ----------
    network
        Its nodes are those of the network given, under the same numbers.
    struck_segments
        The segments of the network given that are gone, ascending.
    added_segments
        The new segments of ``network``, ascending.
    unmatched
        The ids of edits that no longer fit anything.
    needless
        The ids of additions that the network already has by itself.
    """

    network: RoadNetwork
    struck_segments: Ints
    added_segments: Ints
    unmatched: list[str]
    needless: list[str]


def edited(
    network: RoadNetwork,
    strikes: pd.DataFrame,
    adds: pd.DataFrame,
    *,
    strike_within_m: float = STRIKE_WITHIN_M,
    add_within_m: float = ADD_WITHIN_M,
) -> Edited:
    """Remove struck segments from a network, and add new ones.

    Parameters
    ----------
    network : RoadNetwork
        The network to edit.
    strikes, adds : DataFrame
        One row for each edit: ``edit_id``, ``lon_a, lat_a, lon_b, lat_b`` (degrees WGS-84), ``mode`` (drive, walk) and ``note``.
    strike_within_m : float
        How far, in metres, each end of a strike may lie from that of its segment.
    add_within_m : float
        How far, in metres, each end of an addition may lie from its node.

    Returns
    -------
    Edited

    Notes ----- A strike removes the segment with the least sum of distances between its ends and those of the edit: among drivable segments
    for mode ``drive``, among all for ``walk``. An addition joins the nodes nearest to its ends (for ``drive``: nodes of drivable segments).
    It gets a segment and a way of its own, named by its note.
    """
    if strikes.empty and adds.empty:
        return Edited(network, _ints(), _ints(), [], [])
    finder = _NodeFinder(network)
    struck = finder.segments(_ends(strikes), strike_within_m)
    kept = np.ones(len(network.seg_u), dtype=bool)
    kept[struck[struck >= 0]] = False
    joined = [finder.nodes(a, b, mode, add_within_m) for a, b, mode in _ends(adds)]
    new = pd.DataFrame(joined, columns=["u", "v"], index=adds.index, dtype=np.int64).join(adds[["edit_id", "mode", "note"]])
    fits = new["u"] != new["v"]
    there = fits & np.array(
        [_joined(network, kept, u, v, mode) for u, v, mode in zip(new["u"], new["v"], new["mode"], strict=True)], dtype=bool
    )
    unmatched = [*strikes["edit_id"][struck < 0], *new["edit_id"][~fits]]
    new, needless = new[fits & ~there], list(new["edit_id"][there])
    return Edited(
        network=_with_segments(network, kept, new),
        struck_segments=np.flatnonzero(~kept),
        added_segments=np.arange(kept.sum(), kept.sum() + len(new)),
        unmatched=unmatched,
        needless=needless,
    )


def _ints() -> Ints:
    return np.zeros(0, dtype=np.int64)


def _ends(edits: pd.DataFrame) -> list[Edit]:
    columns = (edits[name].tolist() for name in ("lon_a", "lat_a", "lon_b", "lat_b", "mode"))
    return [((lon_a, lat_a), (lon_b, lat_b), mode) for lon_a, lat_a, lon_b, lat_b, mode in zip(*columns, strict=True)]


class _NodeFinder:
    """Find the nodes near a point, by bisecting sorted latitudes."""

    def __init__(self, network: RoadNetwork) -> None:
        self.network = network
        self.order = np.argsort(network.lat)
        self.sorted_lat = network.lat[self.order]
        self.drivable = network.on_road

    def near(self, place: End, within_m: float) -> tuple[Ints, Floats]:
        """Return the nodes within a distance of a point (longitude, latitude), and their distances in metres."""
        lon, lat = place
        low, high = np.searchsorted(self.sorted_lat, [lat - within_m / DEGREE_M, lat + within_m / DEGREE_M])
        nodes = self.order[low:high]
        count = len(nodes)
        metres = np.asarray(_WGS84.inv(np.full(count, lon), np.full(count, lat), self.network.lon[nodes], self.network.lat[nodes])[2])
        return nodes[metres <= within_m], metres[metres <= within_m]

    def segments(self, edits: list[Edit], within_m: float) -> Ints:
        """Return, for each edit, the segment whose ends are nearest to its own; -1 where none has both near enough."""
        network = self.network
        near = [(self.near(a, within_m), self.near(b, within_m)) for a, b, _ in edits]
        touched = np.zeros(len(network.node_id), dtype=bool)
        for sides in near:
            for nodes, _ in sides:
                touched[nodes] = True
        some = np.flatnonzero(touched[network.seg_u] & touched[network.seg_v])
        u, v, drive = network.seg_u[some], network.seg_v[some], network.seg_drive[some]
        found = np.full(len(edits), -1, dtype=np.int64)
        for row, ((_, _, mode), sides) in enumerate(zip(edits, near, strict=True)):
            away = np.full((2, len(touched)), np.inf)
            for end, (nodes, metres) in enumerate(sides):
                away[end, nodes] = metres
            total = np.minimum(away[0, u] + away[1, v], away[1, u] + away[0, v])
            total[~drive & (mode == "drive")] = np.inf
            if len(total) and np.isfinite(total.min()):
                found[row] = some[np.argmin(total)]
        return found

    def nodes(self, a: End, b: End, mode: str, within_m: float) -> tuple[int, int]:
        """Return the nodes nearest to two points: the same number twice when both are one node, -1 twice when either has none."""
        found = []
        for place in (a, b):
            nodes, metres = self.near(place, within_m)
            if mode == "drive":
                nodes, metres = nodes[self.drivable[nodes]], metres[self.drivable[nodes]]
            if not len(nodes):
                return -1, -1
            found.append(int(nodes[np.argmin(metres)]))
        return found[0], found[1]


def _joined(network: RoadNetwork, kept: Bools, u: int, v: int, mode: str) -> bool:
    """Return whether a remaining segment, drivable for mode ``drive``, already joins two nodes."""
    at_u, at_v = (network.seg_u == u) | (network.seg_v == u), (network.seg_u == v) | (network.seg_v == v)
    return bool((at_u & at_v & kept & (network.seg_drive | (mode == "walk"))).any())


def _with_segments(network: RoadNetwork, kept: Bools, new: pd.DataFrame) -> RoadNetwork:
    """Return the network with the kept segments, and one more on a way of its own for each row of ``u, v, mode, note``."""
    old_ways, seg_way = np.unique(network.seg_way[kept], return_inverse=True)
    u, v = new["u"].to_numpy(dtype=np.int64), new["v"].to_numpy(dtype=np.int64)
    seg_drive = np.concatenate([network.seg_drive[kept], (new["mode"] == "drive").to_numpy(dtype=bool)])
    seg_u, seg_v = np.concatenate([network.seg_u[kept], u]), np.concatenate([network.seg_v[kept], v])
    # Negative ids, so that they never clash with those of an import.
    own = {"osm_id": -1 - np.arange(len(new)), "highway": new["mode"].map(HIGHWAY).to_numpy(), "name": new["note"].to_numpy()}
    ways = network.ways.iloc[old_ways]
    if len(new):
        ways = pd.concat([ways, pd.DataFrame(WAY_DEFAULTS | own, index=range(len(new)))[list(ways)].astype(ways.dtypes)])
    on_road = np.zeros(len(network.node_id), dtype=bool)
    on_road[seg_u[seg_drive]] = on_road[seg_v[seg_drive]] = True
    return replace(
        network,
        seg_u=seg_u,
        seg_v=seg_v,
        seg_way=np.concatenate([seg_way, len(old_ways) + np.arange(len(new))]),
        seg_drive=seg_drive,
        length_m=np.concatenate([network.length_m[kept], geodesic_m(network.lon, network.lat, u, v)]),
        seg_role=np.concatenate([network.seg_role[kept], np.full(len(new), ROAD, dtype=np.int8)]),
        open_node=network.open_node[on_road[network.open_node]],
        edge_node=network.edge_node[on_road[network.edge_node]],
        ways=ways.reset_index(drop=True),
    )
