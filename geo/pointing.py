"""What somebody who points at a map means: the piece of road under the finger."""

from __future__ import annotations

import numpy as np

from geo.crs import to_metres
from geo.network import RoadNetwork


def nearest_segment(network: RoadNetwork, lon: float, lat: float) -> tuple[int, float]:
    """Return the segment nearest to a point (WGS-84), and how far it is in metres; -1 and infinity where there is no road."""
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
