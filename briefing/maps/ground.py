"""From degrees to millimetres on paper: a local metric projection, fitted so that the ground fills the map's frame."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer

from briefing.maps.content import Bounds

LEAST_M = 120.0  # no sheet shows less ground across than this
ROOM = 0.04  # of the extent, left free on each side
TENTH_MM = 0.1  # what is smaller on paper cannot be seen

Geometries = NDArray[np.object_]


@dataclass(frozen=True)
class Box:
    """A rectangle on the sheet in millimetres, from its lower left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Return its right edge."""
        return self.x + self.width

    @property
    def top(self) -> float:
        """Return its upper edge."""
        return self.y + self.height

    def inset(self, by: float) -> Box:
        """Return it smaller by so much on each side."""
        return Box(self.x + by, self.y + by, self.width - 2 * by, self.height - 2 * by)


@dataclass(frozen=True)
class Ground:
    """A piece of ground in a frame: transverse Mercator (WGS-84) about its middle, true to scale there, north up.

    Attributes
    ----------
    frame
        Where on the sheet, in millimetres.
    denominator
        The scale is one to this.
    """

    frame: Box
    centre: tuple[float, float]
    middle: tuple[float, float]
    denominator: float

    def place(self, geometries: ArrayLike) -> Geometries:
        """Return WGS-84 geometries in millimetres on the sheet; a missing one stays missing."""
        turn = projection(*self.centre)
        per_m = 1000 / self.denominator
        x0, y0 = self.frame.x + self.frame.width / 2, self.frame.y + self.frame.height / 2

        def on_paper(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
            x, y = turn.transform(degrees[:, 0], degrees[:, 1])
            return np.column_stack((x0 + (np.asarray(x) - self.middle[0]) * per_m, y0 + (np.asarray(y) - self.middle[1]) * per_m))

        return np.asarray(shapely.transform(shapely.force_2d(np.asarray(geometries, dtype=object)), on_paper), dtype=object)

    def degrees(self, margin: float = 0.0) -> Bounds:
        """Return what is in view, and ``margin`` millimetres more on each side, in degrees."""
        per_mm = self.denominator / 1000
        half_x, half_y = (self.frame.width / 2 + margin) * per_mm, (self.frame.height / 2 + margin) * per_mm
        x = self.middle[0] + np.array([-1, 0, 1, 1, 1, 0, -1, -1]) * half_x
        y = self.middle[1] + np.array([-1, -1, -1, 0, 1, 1, 1, 0]) * half_y
        lon, lat = projection(*self.centre).transform(x, y, direction="INVERSE")
        return float(min(lon)), float(min(lat)), float(max(lon)), float(max(lat))


@lru_cache(maxsize=8)
def projection(lon: float, lat: float) -> Transformer:
    """Return the transverse Mercator projection (WGS-84) about a place, in metres."""
    return Transformer.from_crs(4326, f"+proj=tmerc +lon_0={lon:.6f} +lat_0={lat:.6f} +datum=WGS84 +units=m", always_xy=True)


def fit(extent: Bounds, frame: Box) -> Ground:
    """Return the ground that shows all of an extent (degrees) as large as the frame allows, at a scale of two figures (1:25 000)."""
    centre, middle, across = _across(extent)
    return Ground(frame, centre, middle, _rounded_up(max(across[0] / frame.width, across[1] / frame.height) * 1000))


@lru_cache(maxsize=8)
def _across(extent: Bounds) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float]]:
    """Return the middle of an extent in degrees, and in metres about it, and how many metres are to be shown across and up."""
    west, south, east, north = extent
    centre = ((west + east) / 2, (south + north) / 2)
    lon = np.array([west, centre[0], east, east, east, centre[0], west, west])
    lat = np.array([south, south, south, centre[1], north, north, north, centre[1]])
    x, y = map(np.asarray, projection(*centre).transform(lon, lat))
    wide, high = (max(float(np.ptp(axis)) * (1 + 2 * ROOM), LEAST_M) for axis in (x, y))
    return centre, (float(x.min() + x.max()) / 2, float(y.min() + y.max()) / 2), (wide, high)


def _rounded_up(value: float) -> float:
    """Return the next number of two figures.

    >>> [_rounded_up(value) for value in (1234.0, 990.5, 5000.0)]
    [1300.0, 1000.0, 5000.0]
    """
    unit = 10.0 ** (math.floor(math.log10(value)) - 1)
    return math.ceil(round(value / unit, 9)) * unit


def seen(geometries: ArrayLike, ground: Ground, *, margin: float = 3.0) -> tuple[NDArray[np.intp], Geometries]:
    """Return which geometries (degrees) are in view, and these in millimetres, cut to the frame and freed of what is too small to see.

    Points stay whole; of lines and areas the part within ``margin`` millimetres of the frame is kept, so that a cut edge is not drawn.
    """
    shapes = np.asarray(geometries, dtype=object)
    west, south, east, north = ground.degrees(margin)
    bounds = shapely.bounds(shapes)
    with np.errstate(invalid="ignore"):
        inside = (bounds[:, 0] <= east) & (bounds[:, 2] >= west) & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
    index = np.flatnonzero(inside)
    placed = ground.place(shapes[index])
    kinds = shapely.get_dimensions(placed)
    whole = np.flatnonzero(kinds > 0)
    window = ground.frame.inset(-margin)
    edges = shapely.bounds(placed[whole])
    out = (edges[:, 0] < window.x) | (edges[:, 1] < window.y) | (edges[:, 2] > window.right) | (edges[:, 3] > window.top)
    cut = whole[out]
    sound = np.where(shapely.is_valid(placed[cut]), placed[cut], shapely.make_valid(placed[cut]))
    placed[cut] = shapely.clip_by_rect(sound, window.x, window.y, window.right, window.top)
    placed[whole] = shapely.simplify(placed[whole], TENTH_MM, preserve_topology=False)
    near = ground.frame.inset(-margin)
    points = np.flatnonzero(kinds == 0)
    x, y = shapely.bounds(placed[points])[:, :2].T
    lost = points[(x < near.x) | (x > near.right) | (y < near.y) | (y > near.top)]
    keep = ~(shapely.is_missing(placed) | shapely.is_empty(placed))
    keep[lost] = False
    return index[keep], placed[keep]
