"""Where the rows of a file lie: coordinates and outlines into WGS-84, and what is wrong with them."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from errors import EpiGridError, InputError
from geo.crs import SHIFTED, geometries_to_wgs84
from queries.layers import LAYERS

Geometries = NDArray[np.object_]
Problems = dict[int, EpiGridError]

# A gate on the edge of the region, or an outline drawn coarsely, is not a mistake.
REGION_MARGIN_DEG = 0.005
# Web maps of China are shifted so; a place elsewhere in such coordinates is a mistake.
CHINESE = ("gcj02", "bd09", "cgcs2000")
DEGREES = ("wgs84", *CHINESE)


def region_of(setting: Any) -> BaseGeometry | None:
    """Return the region of a workspace from its setting: WKT, or GeoJSON as text or object."""
    if not setting:
        return None
    if isinstance(setting, str) and not setting.lstrip().startswith("{"):
        return shapely.from_wkt(setting)
    return shapely.from_geojson(setting if isinstance(setting, str) else json.dumps(setting))


def is_degrees(crs: str) -> bool:
    """Tell whether the coordinates of a CRS are longitude and latitude."""
    return crs.lower() in DEGREES or CRS.from_user_input(crs).is_geographic


def points(lon: pd.Series, lat: pd.Series) -> Geometries:
    """Return points as given, None where a coordinate is missing."""
    x, y = lon.to_numpy(dtype=float, na_value=np.nan), lat.to_numpy(dtype=float, na_value=np.nan)
    found = np.full(len(x), None, dtype=object)
    both = np.isfinite(x) & np.isfinite(y)
    found[both] = shapely.points(x[both], y[both])
    return found


def from_wkt(texts: pd.Series) -> tuple[Geometries, Problems]:
    """Return geometries from well-known text."""
    found = np.full(len(texts), None, dtype=object)
    there = texts.notna().to_numpy()
    found[there] = shapely.from_wkt(texts[there].astype(str).to_numpy(), on_invalid="ignore")
    unreadable = InputError("It is not a geometry in well-known text, like POINT (114.3 29.8).")
    return found, {int(i): unreadable for i in np.flatnonzero(there & shapely.is_missing(found))}


def of_kind(geometries: Geometries, layer: str) -> tuple[Geometries, Problems]:
    """Return geometries of the kind that a layer holds: two-dimensional, valid; others are problems."""
    wanted = LAYERS[layer].geometry
    found = shapely.force_2d(geometries)
    there = ~shapely.is_missing(found)
    found[there & shapely.is_empty(found)] = None
    invalid = there & ~shapely.is_valid(found)
    found[invalid] = shapely.make_valid(found[invalid], method="structure", keep_collapsed=False)
    single = (shapely.get_type_id(found) >= 4) & (shapely.get_num_geometries(found) == 1)
    found[single] = shapely.get_geometry(found[single], 0)
    kinds = shapely.get_type_id(found)
    fits = {"point": kinds == 0, "polygon": np.isin(kinds, (3, 6)), "line": np.isin(kinds, (1, 5)), "any": np.isin(kinds, (0, 3, 6))}[
        wanted
    ]
    misfit = InputError("This layer holds no such geometry; it needs: {kind}.", kind={"any": "point, polygon"}.get(wanted, wanted))
    problems: Problems = {int(i): misfit for i in np.flatnonzero(~shapely.is_missing(found) & ~fits)}
    return found, problems


def to_wgs84(geometries: Geometries, crs: str) -> tuple[Geometries, Problems]:
    """Return geometries in WGS-84, and which of them lie nowhere: outside the degrees there are, at 0,0, or swapped."""
    x, y = _middles(geometries)
    problems: Problems = {}
    there = ~shapely.is_missing(geometries)
    if is_degrees(crs):
        west, east, south, north = SHIFTED
        elsewhere = (np.abs(x) > 180) | (np.abs(y) > 90)
        swapped = there & (np.abs(x) <= 90) & (np.abs(y) <= 180) & elsewhere
        if crs.lower() in CHINESE:
            in_china = (x >= west) & (x <= east) & (y >= south) & (y <= north)
            swapped |= there & ~in_china & (y >= west) & (y <= east) & (x >= south) & (x <= north)
        _note(problems, swapped, InputError("Longitude and latitude are swapped."))
        _note(problems, there & elsewhere, InputError("There is no such place: longitude is within ±180, latitude within ±90."))
    _note(problems, there & (x == 0) & (y == 0), InputError("It lies at 0,0, in the Atlantic: the coordinates are missing."))
    fine = geometries.copy()
    fine[list(problems)] = None
    fine = geometries_to_wgs84(fine, crs)
    lon, lat = _middles(fine)
    nowhere = ~shapely.is_missing(fine) & ~((np.abs(lon) <= 180) & (np.abs(lat) <= 90))
    _note(problems, nowhere, InputError("There is no such place in {crs}.", crs=crs))
    fine[nowhere] = None
    return fine, problems


def outside(geometries: Geometries, region: BaseGeometry | None) -> Problems:
    """Return which WGS-84 geometries lie outside a region; those that would be inside with swapped coordinates are told so."""
    if region is None:
        return {}
    wide = shapely.buffer(region, REGION_MARGIN_DEG)
    shapely.prepare(wide)
    away = ~shapely.is_missing(geometries) & ~shapely.intersects(wide, geometries)
    x, y = _middles(geometries)
    swapped = away.copy()
    swapped[away] = shapely.intersects_xy(wide, y[away], x[away])
    problems: Problems = {}
    _note(problems, swapped, InputError("Longitude and latitude are swapped."))
    _note(problems, away, InputError("It lies outside the region of this workspace."))
    return problems


def _middles(geometries: Geometries) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    bounds = shapely.bounds(geometries)
    return (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2


def _note(problems: Problems, where: NDArray[np.bool_], reason: EpiGridError) -> None:
    for i in np.flatnonzero(where):
        problems.setdefault(int(i), reason)
