"""Where features lie: which have a place at all, which lie in a window, and what they span together."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from briefing.maps.content import Bounds

DEGREE_M = 111_320.0  # metres of a degree of latitude
# Room around what must be in view, as a share of it, and the least that a sheet shows, in degrees (about 300 m).
MARGIN = 0.04
LEAST = 0.0014


def touching(frame: gpd.GeoDataFrame, window: Bounds) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell which features have a place that lies in a window, be it in part."""
    geometry = frame.geometry.to_numpy()
    return np.asarray(shapely.intersects(geometry, shapely.box(*window)), dtype=bool)


def located(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the features that have a place on the map."""
    geometry = frame.geometry.to_numpy()
    return frame[~(shapely.is_missing(geometry) | shapely.is_empty(geometry))]


def bounds(*frames: gpd.GeoDataFrame | gpd.GeoSeries) -> Bounds | None:
    """Return what frames span together with some room around it, at least ``LEAST``; None where none has a place."""
    parts = [shapely.total_bounds(frame.geometry.to_numpy()) for frame in frames if len(frame)]
    parts = [part for part in parts if np.isfinite(part).all()]
    if not parts:
        return None
    west, south = np.min(parts, axis=0)[:2].tolist()
    east, north = np.max(parts, axis=0)[2:].tolist()
    wide, high = max(east - west, LEAST), max(north - south, LEAST)
    x, y = (west + east) / 2, (south + north) / 2
    half = (wide * (0.5 + MARGIN), high * (0.5 + MARGIN))
    return x - half[0], y - half[1], x + half[0], y + half[1]
