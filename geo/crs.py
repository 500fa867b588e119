"""Coordinate systems of Chinese data: conversion to and from WGS-84, and metres.

GCJ-02 shifts WGS-84 by a smooth field of some hundred metres inside a rectangle around China; BD-09 bends GCJ-02 once more. Both
published only as code: the formulas here are the ones in common use, and their inverse is iterated until it reproduces the input.
Nothing is shifted outside the rectangle. CGCS2000 differs from WGS-84 by centimetres and is taken as the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from errors import InputError

Floats = NDArray[np.float64]
Pair = tuple[Floats, Floats]

# The rectangle in which maps are shifted: west, east, south, north.
SHIFTED = (72.004, 137.8347, 0.8293, 55.8271)
# Krasovsky 1940, the ellipsoid of the shift.
SEMI_MAJOR, ECCENTRICITY_2 = 6378245.0, 0.00669342162296594323
BD_ANGLE = np.pi * 3000 / 180
BD_OFFSET = (0.0065, 0.006)
# The inverse stops here: 1e-9 degrees is a tenth of a millimetre.
TOLERANCE = 1e-9

SAME_AS_WGS84 = ("wgs84", "cgcs2000")


def shifted(lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    """Return which points lie in the rectangle where GCJ-02 and BD-09 differ from WGS-84."""
    west, east, south, north = SHIFTED
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Convert degrees, any shape.

    >>> [round(float(value), 6) for value in wgs84_to_gcj02(116.404, 39.915)]
    [116.410244, 39.916404]
    """
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    x, y = lon - 105, lat - 35
    root, pi = np.sqrt(np.abs(x)), np.pi

    def wave(value: Floats, *terms: tuple[float, float]) -> Floats:
        return sum((weight * np.sin(value * pi * cycles) for weight, cycles in terms), np.zeros_like(value)) * 2 / 3

    common = wave(x, (20, 6), (20, 2))
    north_waves = wave(y, (20, 1), (40, 1 / 3), (160, 1 / 12), (320, 1 / 30))
    east_waves = wave(x, (20, 1), (40, 1 / 3), (150, 1 / 12), (300, 1 / 30))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common + north_waves
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common + east_waves

    phi = np.radians(lat)
    w2 = 1 - ECCENTRICITY_2 * np.sin(phi) ** 2
    meridian, parallel = SEMI_MAJOR * (1 - ECCENTRICITY_2) / w2**1.5, SEMI_MAJOR / np.sqrt(w2) * np.cos(phi)
    here = shifted(lon, lat)
    return np.where(here, lon + np.degrees(east / parallel), lon), np.where(here, lat + np.degrees(north / meridian), lat)


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Convert degrees, any shape; converting back gives the input to within a millimetre."""
    return _invert(wgs84_to_gcj02, lon, lat)


def gcj02_to_bd09(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Convert degrees, any shape."""
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * BD_ANGLE)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * BD_ANGLE)
    here = shifted(lon, lat)
    return (
        np.where(here, radius * np.cos(angle) + BD_OFFSET[0], lon),
        np.where(here, radius * np.sin(angle) + BD_OFFSET[1], lat),
    )


def bd09_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Convert degrees, any shape; converting back gives the input to within a millimetre."""
    return _invert(gcj02_to_bd09, lon, lat)


def _invert(forward: Callable[[ArrayLike, ArrayLike], Pair], lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Solve ``forward(x, y) = (lon, lat)`` by fixed-point iteration, which gains two digits a step as the shift is smooth."""
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    inside = shifted(lon, lat)
    x, y = lon.copy(), lat.copy()
    for _ in range(20):
        ahead_x, ahead_y = forward(x, y)
        step_x, step_y = np.where(inside, lon - ahead_x, 0), np.where(inside, lat - ahead_y, 0)
        x, y = x + step_x, y + step_y
        if not np.any(np.hypot(step_x, step_y) > TOLERANCE):
            break
    return x, y


def to_wgs84(lon: ArrayLike, lat: ArrayLike, crs: str) -> Pair:
    """Convert coordinates of ``crs`` (``wgs84``, ``cgcs2000``, ``gcj02``, ``bd09`` or ``EPSG:n``, x first) to WGS-84 degrees."""
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    match crs.lower():
        case "wgs84" | "cgcs2000":
            return lon, lat
        case "gcj02":
            return gcj02_to_wgs84(lon, lat)
        case "bd09":
            return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))
    x, y = _from(_known(crs)).transform(lon, lat)
    return np.asarray(x, dtype=float), np.asarray(y, dtype=float)


def from_wgs84(lon: ArrayLike, lat: ArrayLike, crs: str) -> Pair:
    """Convert WGS-84 degrees to coordinates of ``crs``, the inverse of :func:`to_wgs84`."""
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    match crs.lower():
        case "wgs84" | "cgcs2000":
            return lon, lat
        case "gcj02":
            return wgs84_to_gcj02(lon, lat)
        case "bd09":
            return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))
    x, y = _to(_known(crs)).transform(lon, lat)
    return np.asarray(x, dtype=float), np.asarray(y, dtype=float)


def geometries_to_wgs84(geometries: ArrayLike, crs: str) -> NDArray[np.object_]:
    """Convert geometries of ``crs`` to WGS-84, two-dimensional; a missing geometry stays missing."""
    return _each_point(geometries, lambda lon, lat: to_wgs84(lon, lat, crs))


def _each_point(geometries: ArrayLike, convert: Callable[[Floats, Floats], Pair]) -> NDArray[np.object_]:
    flat = shapely.force_2d(np.asarray(geometries, dtype=object))
    return np.asarray(shapely.transform(flat, lambda xy: np.column_stack(convert(xy[:, 0], xy[:, 1]))), dtype=object)


def _known(crs: str) -> int:
    """Return the EPSG code that ``crs`` names."""
    authority, _, code = crs.partition(":")
    if authority.lower() != "epsg" or not code.isascii() or not code.isdigit():
        raise InputError("Unknown coordinate system {crs}: give wgs84, cgcs2000, gcj02, bd09 or EPSG:number", crs=crs)
    try:
        CRS.from_epsg(int(code))
    except (CRSError, OverflowError) as error:
        raise InputError("There is no coordinate system EPSG:{code}: check the number", code=code) from error
    return int(code)


@cache
def _from(epsg: int) -> Transformer:
    return Transformer.from_crs(epsg, 4326, always_xy=True)


@cache
def _to(epsg: int) -> Transformer:
    return Transformer.from_crs(4326, epsg, always_xy=True)


def metric_crs(lon: ArrayLike, lat: ArrayLike) -> CRS:
    """Return the UTM zone (WGS-84) of the middle of some points, in metres.

    The zone is that of geopandas' ``estimate_utm_crs`` but for the widened zones of Norway and Svalbard, and it is defined for every
    input: no points at all, which gives the zone of 114°E 30°N, one point, the poles.
    """
    return CRS.from_epsg(_utm(*_middle(lon, lat)))


def to_metres(lon: ArrayLike, lat: ArrayLike, *, centre: tuple[float, float] | None = None) -> Pair:
    """Project WGS-84 degrees into the UTM zone of ``centre`` (longitude, latitude), or of their own middle."""
    x, y = _to(_utm(*(centre or _middle(lon, lat)))).transform(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float))
    return np.asarray(x, dtype=float), np.asarray(y, dtype=float)


def in_metres(geometries: ArrayLike, *, centre: tuple[float, float]) -> NDArray[np.object_]:
    """Project WGS-84 geometries into the UTM zone of ``centre``."""
    return _each_point(geometries, lambda lon, lat: to_metres(lon, lat, centre=centre))


def _middle(lon: ArrayLike, lat: ArrayLike) -> tuple[float, float]:
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    finite = np.isfinite(lon) & np.isfinite(lat)
    if not finite.any():
        return 114.0, 30.0
    return float(lon[finite].min() + lon[finite].max()) / 2, float(lat[finite].min() + lat[finite].max()) / 2


def _utm(lon: float, lat: float) -> int:
    zone = int((lon + 180) // 6) % 60 + 1
    return (32600 if lat >= 0 else 32700) + zone
