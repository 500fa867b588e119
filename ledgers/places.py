"""Places that people point at: a check of the numbers, and the areas that they lie in."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from errors import InputError
from ledgers.areas import assign_area
from queries.events import Viewer
from queries.store import Store
from settings import CRS


def areas_of(store: Store, viewer: Viewer, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.object_]:
    """Return the id of the smallest area that holds each place, None where none does.

    Parameters
    ----------
    lon, lat
        WGS-84 degrees, shape ``(n,)``.

    Raises
    ------
    InputError
        When a pair of numbers is no place, or lies outside the areas, where these have outlines, of a viewer who sees only some.
    """
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    for wrong in np.flatnonzero(~((np.abs(x) <= 180) & (np.abs(y) <= 90)))[:1]:
        raise InputError("{lon}, {lat} is not a place: longitude comes first, both in degrees.", lon=x[wrong], lat=y[wrong])
    areas = store.layer("areas", viewer)
    found = assign_area(gpd.GeoDataFrame(geometry=shapely.points(x, y), crs=CRS), areas)
    if viewer.areas is not None and found.isna().any() and areas.geometry.notna().any():
        raise outside(x[found.isna()][0], y[found.isna()][0])
    return found.to_numpy(dtype=object)


def outside(lon: float, lat: float) -> InputError:
    """Return the error that says that a place lies outside every area in view."""
    return InputError("The place {lon}, {lat} lies outside every area here.", lon=round(float(lon), 5), lat=round(float(lat), 5))
