"""The road segment that somebody points at on a map."""

from __future__ import annotations

import numpy as np

from geo.crs import to_metres
from geo.network import RoadNetwork


def nearest_segment(network: RoadNetwork, lon: float, lat: float) -> tuple[int, float]:
    """Find the segment nearest to a point.

    Parameters
    ----------
    network : RoadNetwork
        Every segment counts.
    lon, lat : float
        The point, degrees WGS-84.

    Returns
    -------
    segment : int
        -1 when the network has no segments.
    distance : float
        Metres, in the UTM zone of the point; infinity when there is no segment.
    """
    if not len(network.seg_u):
        return -1, float("inf")
    centre = (lon, lat)
    x, y = to_metres(network.lon, network.lat, centre=centre)
    (at_x,), (at_y,) = to_metres(np.array([lon]), np.array([lat]), centre=centre)
    ux, uy = x[network.seg_u] - at_x, y[network.seg_u] - at_y
    dx, dy = x[network.seg_v] - x[network.seg_u], y[network.seg_v] - y[network.seg_u]
    along = np.clip(-(ux * dx + uy * dy) / np.maximum(dx * dx + dy * dy, 1e-12), 0.0, 1.0)
    distance = np.hypot(ux + along * dx, uy + along * dy)
    nearest = int(np.nanargmin(distance))
    return nearest, float(distance[nearest])
