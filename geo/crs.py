"""Coordinate systems of Chinese data: conversion to and from WGS-84, metres, and whether a declared system fits the place.

GCJ-02 shifts WGS-84 by a smooth field of some hundred metres inside a rectangle around China; BD-09 bends GCJ-02 once more. Both
published only as code: the formulas here are the ones in common use, and their inverse is iterated until it reproduces the input.
Nothing is shifted outside the rectangle. CGCS2000 differs from WGS-84 by centimetres and is taken as the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from errors import InputError
from geo.outlines import known_outlines

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

# What coordinates may be in truth, whatever is declared.
HYPOTHESES = ("wgs84", "gcj02", "bd09")

# The road test. Nearer than this is on the road: gates are drawn beside it. Farther than this is off it, however far.
ON_ROAD_M, OFF_ROAD_M = 3.0, 100.0
# Points of one block are one witness: a wrong shift moves them together.
BLOCK_M = 200.0
# So many points tell as much as a hundred thousand.
MAX_WITNESSES = 2000
# Another CRS is decisively better when its points are on the roads, nearer by this ratio, and it is not chance.
NEAR_ROAD_M, ROAD_RATIO, ROAD_CHANCE = 30.0, 1.5, 0.01
# The outline test: the same ratio, for this share of the outlines.
OUTLINE_RATIO, OUTLINE_SHARE = 1.5, 2 / 3


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
    here = shifted(lon, lat)
    x, y = np.where(here, lon, 105) - 105, np.where(here, lat, 35) - 35
    root, pi = np.sqrt(np.abs(x)), np.pi

    def wave(value: Floats, *terms: tuple[float, float]) -> Floats:
        return sum((weight * np.sin(value * pi * cycles) for weight, cycles in terms), np.zeros_like(value)) * 2 / 3

    common = wave(x, (20, 6), (20, 2))
    north_waves = wave(y, (20, 1), (40, 1 / 3), (160, 1 / 12), (320, 1 / 30))
    east_waves = wave(x, (20, 1), (40, 1 / 3), (150, 1 / 12), (300, 1 / 30))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common + north_waves
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common + east_waves

    phi = np.radians(y + 35)
    w2 = 1 - ECCENTRICITY_2 * np.sin(phi) ** 2
    meridian, parallel = SEMI_MAJOR * (1 - ECCENTRICITY_2) / w2**1.5, SEMI_MAJOR / np.sqrt(w2) * np.cos(phi)
    return np.where(here, lon + np.degrees(east / parallel), lon), np.where(here, lat + np.degrees(north / meridian), lat)


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Convert degrees, any shape; converting back gives the input to within a millimetre."""
    return _invert(wgs84_to_gcj02, lon, lat)


def gcj02_to_bd09(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Convert degrees, any shape."""
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    here = shifted(lon, lat)
    x, y = np.where(here, lon, 0), np.where(here, lat, 0)
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * BD_ANGLE)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * BD_ANGLE)
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
        step_x = np.subtract(lon, ahead_x, where=inside, out=np.zeros_like(lon))
        step_y = np.subtract(lat, ahead_y, where=inside, out=np.zeros_like(lat))
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
        raise InputError("Unknown coordinate system {crs}: give wgs84, cgcs2000, gcj02, bd09 or EPSG:number.", crs=crs)
    try:
        CRS.from_epsg(int(code))
    except (CRSError, OverflowError) as error:
        raise InputError("There is no coordinate system EPSG:{code}: check the number.", code=code) from error
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


def to_degrees(x: ArrayLike, y: ArrayLike, *, centre: tuple[float, float]) -> Pair:
    """Convert metres of the UTM zone of ``centre`` to WGS-84 degrees, the inverse of :func:`to_metres`."""
    lon, lat = _from(_utm(*centre)).transform(np.asarray(x, dtype=float), np.asarray(y, dtype=float))
    return np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)


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


@dataclass(frozen=True)
class CrsCheck:
    """How well coordinates fit under each coordinate system they may be in.

    ``median_road_distance_m`` gives for each the median distance to the nearest road (for outlines: to the known outline), ``best`` the
    one with the smallest, and ``decisive`` whether it is better than ``declared`` beyond reasonable doubt. Without anything to compare
    with there are no distances and the declared system is the best.
    """

    declared: str
    best: str
    median_road_distance_m: dict[str, float]
    decisive: bool


def road_misfit(lon: ArrayLike, lat: ArrayLike, declared: str, roads: gpd.GeoDataFrame | None) -> CrsCheck:
    """Check points, given in ``declared``, against a road network (lines, WGS-84).

    Points of every kind lie nearer to roads than chance has it, but only gates and posts lie on them; settlements lie off them under any
    hypothesis. So another system is decisively better only if under it

    1. the median point is at most 30 m from a road,
    2. the points are nearer to roads by a factor of 1.5 (geometric mean of distances held between 3 m and 100 m), and
    3. a Wilcoxon signed-rank test of the logarithms of these distances, one mean difference for each block of 200 m, gives chance at
       most 1 %. Fewer than seven blocks cannot reach this.

    Measured on 300 random draws for each case and size (8 to 200 points), false alarms over WGS-84 and GCJ-02 data rightly declared, hits
    for GCJ-02 and BD-09 data declared as WGS-84:

    ====================================================  ===========  =======================================================
    points                                                false alarm  hit GCJ-02 / BD-09, by number of points
    ====================================================  ===========  =======================================================
    26 gates of Xueyuan Road, Beijing, and draws of them  0 %          8: 2 / 22 %, 12: 49 / 88 %, 18: 98 / 100 %, 26: 100 %
    points 10 m beside roads of Wuhan                     0 %          8: 48 / 54 %, 12: 97 / 98 %, 18 and more: 100 %
    points 30 m beside roads of Wuhan                     0 %          12: 72 / 74 %, 18: 96 / 97 %, 26 and more: 100 %
    60 settlements of rural Puyang, and draws of them     0 %          0 to 7 %: they cannot tell, and are left in peace
    random points of Puyang, Wuhan and Beijing            0 to 1.3 %   none to be had but in Beijing's dense paths
    random clusters of five points within 60 m there      0 to 3.3 %   as above
    ====================================================  ===========  =======================================================

    Counting every point of a cluster as a witness would raise false alarms there to 16 %, and doing so without the first rule to 25 %.
    Of more than 2,000 points as many are measured, as evenly from the blocks as can be.

    Outside China all systems agree, and nothing is ever objected to.
    """
    x, y = np.atleast_1d(np.asarray(lon, dtype=float)), np.atleast_1d(np.asarray(lat, dtype=float))
    finite = np.isfinite(x) & np.isfinite(y)
    x, y = x[finite], y[finite]
    if roads is None or not len(roads) or not len(x):
        return CrsCheck(declared, declared, {}, False)
    west, south, east, north = roads.total_bounds
    centre = (float(west + east) / 2, float(south + north) / 2)
    if len(x) > MAX_WITNESSES:
        chosen = _witnesses(*to_metres(*to_wgs84(x, y, declared), centre=centre))
        x, y = x[chosen], y[chosen]
    tree = shapely.STRtree(in_metres(roads.geometry.to_numpy(), centre=centre))
    places = {crs: to_metres(*degrees, centre=centre) for crs, degrees in _hypotheses(x, y, declared).items()}
    away = {crs: _nearest(tree, *metres) for crs, metres in places.items()}
    median = {crs: round(float(np.median(distance)), 1) for crs, distance in away.items()}
    best = min(median, key=lambda crs: (median[crs], crs != declared))
    _, block = np.unique(np.floor(np.column_stack(places[declared]) / BLOCK_M), axis=0, return_inverse=True)
    gain = np.log(np.clip(away[declared], ON_ROAD_M, OFF_ROAD_M) / np.clip(away[best], ON_ROAD_M, OFF_ROAD_M))
    gain = np.bincount(block.ravel(), gain) / np.bincount(block.ravel())
    decisive = median[best] <= NEAR_ROAD_M and gain.mean() >= np.log(ROAD_RATIO) and _chance(gain) <= ROAD_CHANCE
    return CrsCheck(declared, best, median, bool(decisive))


def _witnesses(x: Floats, y: Floats) -> NDArray[np.int64]:
    """Return the positions of at most ``MAX_WITNESSES`` points in metres: of each block one, then a second, always the same."""
    drawn = np.random.default_rng(0).permutation(len(x))
    _, block = np.unique(np.floor(np.column_stack((x, y))[drawn] / BLOCK_M), axis=0, return_inverse=True)
    turn = pd.Series(block.ravel()).groupby(block.ravel()).cumcount().to_numpy()
    return np.sort(drawn[np.argsort(turn, kind="stable")[:MAX_WITNESSES]])


def outline_misfit(geometries: ArrayLike, codes: Sequence[str], declared: str) -> CrsCheck:
    """Check polygons, given in ``declared``, against the known outlines of the same division codes.

    County outlines do not run along roads, so roads mislead there. The distance is the median of those from the known outline's vertices
    (few and on the true line) to the given outline; over outlines, the median of these. Another system is decisively better when for at
    least two thirds of the outlines it brings this distance down by a factor of 1.5.

    Measured one by one on 28 outlines of counties and cities from another source, moved into each system: under the right one they are at
    4 to 301 m (half of them below 47 m), under a wrong one at 247 m and more. Of the 168 wrong declarations 167 were objected to (all 28
    of GCJ-02 as WGS-84), of the 84 right ones none.
    """
    shapes = np.asarray(geometries, dtype=object)
    short = [division_code(code) for code in codes]
    known = known_outlines({code for code in short if code})
    pairs = [(shape, known[code]) for shape, code in zip(shapes, short, strict=True) if shape is not None and code in known.index]
    pairs = [(shape, outline) for shape, outline in pairs if shape.geom_type in ("Polygon", "MultiPolygon") and not shape.is_empty]
    if not pairs:
        return CrsCheck(declared, declared, {}, False)
    distances = [_outline_distances(shape, outline, declared) for shape, outline in pairs]
    away = {crs: np.array([each[crs] for each in distances]) for crs in distances[0]}
    median = {crs: round(float(np.median(distance)), 1) for crs, distance in away.items()}
    best = min(median, key=lambda crs: (median[crs], crs != declared))
    better = away[declared] >= OUTLINE_RATIO * away[best]
    return CrsCheck(declared, best, median, bool(best != declared and better.mean() >= OUTLINE_SHARE))


def division_code(text: str) -> str | None:
    """Return the six digits of a county's, city's or province's division code; none for units below, which have no known outline.

    >>> [division_code(text) for text in ("410928", "156410928", "410928000000", "410928101", "")]
    ['410928', '410928', '410928', None, None]
    """
    digits = text.strip().removesuffix(".0")
    if len(digits) == 9 and digits.startswith("156"):
        return digits[3:]
    return digits[:6] if len(digits) >= 6 and digits[:6].isdigit() and set(digits[6:]) <= {"0"} else None


def _hypotheses(x: Floats, y: Floats, declared: str) -> dict[str, Pair]:
    """Return the points in WGS-84 under each system they may be in, the declared one first."""
    as_declared = to_wgs84(x, y, declared)
    named = declared.lower() in HYPOTHESES
    # Anything else that is declared claims to be true to the ground, as WGS-84 does.
    raw, same = ((x, y), declared.lower()) if named else (as_declared, "wgs84")
    others = [crs for crs in HYPOTHESES if crs != same]
    return {declared: as_declared} | {crs: to_wgs84(*raw, crs) for crs in others}


def _nearest(tree: shapely.STRtree, x: Floats, y: Floats) -> Floats:
    """Return each point's distance to the nearest of the lines."""
    return np.asarray(tree.query_nearest(shapely.points(x, y), return_distance=True, all_matches=False)[1], dtype=float)


def _chance(gain: Floats) -> float:
    """Return the one-sided probability of gains this large by chance (Wilcoxon 1945, normal approximation)."""
    # Here and not above: it takes a second to load, and every start of the program would pay for it.
    from scipy.stats import wilcoxon

    told = gain[np.abs(gain) > TOLERANCE]
    if not len(told):
        return 1.0
    return float(wilcoxon(told, alternative="greater", correction=True, method="asymptotic").pvalue)


def _outline_distances(shape: shapely.Geometry, outline: shapely.Geometry, declared: str) -> dict[str, float]:
    """Return the median distance of a known outline's vertices to the given one, under each system."""
    lon, lat = shapely.get_coordinates(outline).T
    centre = _middle(lon, lat)
    vertices = shapely.points(*to_metres(lon, lat, centre=centre))
    edge = shape.boundary
    xy = shapely.get_coordinates(edge)
    found = {}
    for crs, degrees in _hypotheses(xy[:, 0], xy[:, 1], declared).items():
        line = shapely.set_coordinates(shapely.force_2d(edge), np.column_stack(to_metres(*degrees, centre=centre)))
        shapely.prepare(line)
        found[crs] = float(np.median(shapely.distance(vertices, line)))
    return found
