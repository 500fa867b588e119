"""The demo's drawing board: a plane in metres around a centre, and its way back to longitude and latitude."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer

Floats = NDArray[np.float64]
# About a centimetre: what is the same point on the plane is the same point on the globe.
DECIMALS = 7


@dataclass(frozen=True)
class Plane:
    """An azimuthal equidistant plane: x metres east and y metres north of ``(lon, lat)``."""

    lon: float
    lat: float

    def to_lonlat(self, xy: ArrayLike) -> Floats:
        """Return longitude and latitude (WGS-84), shape ``(n, 2)``, of points of the plane, shape ``(n, 2)``."""
        board = f"+proj=aeqd +lon_0={self.lon} +lat_0={self.lat} +datum=WGS84 +units=m"
        points = np.asarray(xy, dtype=float).reshape(-1, 2)
        lon, lat = Transformer.from_crs(board, 4326, always_xy=True).transform(points[:, 0], points[:, 1])
        return np.round(np.column_stack([lon, lat]), DECIMALS)

    def globe(self, geometries: ArrayLike) -> NDArray[np.object_]:
        """Return geometries of the plane in longitude and latitude."""
        return np.asarray(shapely.transform(np.asarray(geometries, dtype=object), self.to_lonlat), dtype=object)
