"""The built-in basemap: roads, ground and green of a workspace, cut into tiles that a browser draws on a canvas.

A tile is a plain dict of integer coordinates, ready for JSON. Tiles follow the usual web-map pyramid (Web Mercator, z/x/y, y down). They
are meant to be drawn 512 CSS pixels wide, so that a screen needs six to nine of them.

Why tiles and not one file of vectors: on a city of 97,924 roads a tile takes 2 to 25 ms to cut and pack and 1 to 35 kB gzipped. The whole
network takes 1,860 kB, which a browser would also have to parse, and redraw at every move. Preparing the tiles takes 1 to 2 s, once.
Measured by ``benchmarks/command_map.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

EXTENT: Final = 4096  # coordinate units across a tile
TILE_PX: Final = 512  # CSS pixels across a tile as drawn
MAX_ZOOM: Final = 15  # beyond it the browser enlarges; one unit is then about 0.25 m

# Road classes as the browser draws them, widest first; and the zoom from which each is drawn in a network the size of a city's.
CLASSES: Final = ("motorway", "trunk", "primary", "secondary", "tertiary", "street", "service", "track", "path")
_FROM_ZOOM: Final = np.array([0, 5, 6, 8, 10, 12, 13, 13, 14])
_CLASS_OF: Final = {
    "unclassified": "street",
    "residential": "street",
    "living_street": "street",
    "road": "street",
    "service": "service",
    "track": "track",
}
# A network of this many roads uses the zooms above. A quarter of it shows each class one zoom earlier.
_FULL_NETWORK: Final = 60_000
_NAMES_FROM: Final = 13
_BUILDINGS_FROM: Final = 13
_MARGIN: Final = 16 / TILE_PX  # drawn beyond the tile's edge so that wide lines join

Geometries = NDArray[np.object_]


def road_class(highway: pd.Series) -> NDArray[np.int64]:
    """Return the index in ``CLASSES`` of each OSM ``highway`` value. A link counts as its road, an unknown value as a path."""
    names = highway.fillna("").astype("str").str.removesuffix("_link")
    names = names.map(lambda value: value if value in CLASSES else _CLASS_OF.get(value, "path"))
    return pd.Categorical(names, categories=list(CLASSES)).codes.astype(np.int64)


def mercator(geometries: Geometries) -> Geometries:
    """Project WGS-84 geometries to the unit square of Web Mercator, x east and y south, in two dimensions.

    >>> mercator(np.array([shapely.Point(0, 0)]))[0].wkt
    'POINT (0.5 0.5)'
    """

    def project(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        lat = np.radians(np.clip(lonlat[:, 1], -85.05, 85.05))
        return np.column_stack([(lonlat[:, 0] + 180) / 360, 0.5 - np.arcsinh(np.tan(lat)) / (2 * np.pi)])

    projected: Geometries = shapely.transform(shapely.force_2d(geometries), project)
    return projected


def extent(frames: Sequence[gpd.GeoDataFrame]) -> tuple[float, float, float, float] | None:
    """Return west, south, east and north of the first frame that has any extent; None when none has."""
    for frame in frames:
        if _located(frame).any():
            west, south, east, north = shapely.total_bounds(frame.geometry.to_numpy()).tolist()
            return west, south, east, north
    return None


class RoadTiles:
    """Cut the roads and the ground of a workspace into tiles.

    Parameters
    ----------
    roads : GeoDataFrame
        Lines, EPSG:4326, with ``highway`` and, where known, ``name`` and ``ref``.
    areas, compounds, buildings, green : GeoDataFrame
        Polygons, EPSG:4326: the workspace's own land, its compounds, its buildings, its parks. Other geometries are ignored.
    """

    def __init__(
        self,
        roads: gpd.GeoDataFrame,
        areas: gpd.GeoDataFrame,
        *,
        compounds: gpd.GeoDataFrame | None = None,
        buildings: gpd.GeoDataFrame | None = None,
        green: gpd.GeoDataFrame | None = None,
    ) -> None:
        roads = roads[_located(roads)]
        rank, lines, names = road_class(roads["highway"]), mercator(roads.geometry.to_numpy()), _road_names(roads)
        self._lines, self._rank = _merged(lines, rank)
        self._length = shapely.length(self._lines)
        self._tree = shapely.STRtree(self._lines)
        self._named_lines, self._named_rank, self._names = lines[names != ""], rank[names != ""], names[names != ""]
        self._named_tree = shapely.STRtree(self._named_lines)
        self._early = max(0, int(np.log(_FULL_NETWORK / max(len(roads), 1)) / np.log(4)))
        land = _polygons(areas)
        self._ground = {
            "land": _Ground(np.array([shapely.union_all(land)], dtype=object) if len(land) else land, from_zoom=0),
            "compounds": _Ground(_polygons(compounds), from_zoom=11),
            "green": _Ground(_polygons(green), from_zoom=11),
            "buildings": _Ground(_polygons(buildings), from_zoom=_BUILDINGS_FROM),
        }

    def tile(self, z: int, x: int, y: int) -> dict[str, Any]:
        """Return one tile.

        Parameters
        ----------
        z : int
            Zoom, from 0.
        x, y : int
            Column from the west and row from the north, 0 to 2ᶻ - 1.

        Returns
        -------
        dict
            ``extent``; ``roads``: class -> lines; ``land``, ``compounds``, ``green``, ``buildings``: rings, to be filled even-odd;
            ``names``: ``[text, x, y, degrees, class]`` for roads long enough to carry their name. A line or ring is a flat list of
            integers: the first point, then the step to each next one. Coordinates run from 0 to ``extent`` and a little beyond.
        """
        size = 0.5**z
        west, north = x * size, y * size
        window = (west - _MARGIN * size, north - _MARGIN * size, west + (1 + _MARGIN) * size, north + (1 + _MARGIN) * size)
        origin, scale, tolerance = np.array([west, north]), EXTENT / size, 0.4 * size / TILE_PX
        found = np.sort(self._tree.query(shapely.box(*window)))
        found = found[(_FROM_ZOOM[self._rank[found]] <= z + self._early) & (self._length[found] > tolerance)]
        lines = shapely.clip_by_rect(shapely.simplify(self._lines[found], tolerance, preserve_topology=False), *window)
        tile: dict[str, Any] = {"extent": EXTENT, "roads": {}}
        for rank, name in enumerate(CLASSES):
            paths = _paths(shapely.get_parts(lines[self._rank[found] == rank]), origin, scale)
            if paths:
                tile["roads"][name] = paths
        for name, ground in self._ground.items():
            rings = shapely.get_rings(ground.cut(window, tolerance)) if z + self._early >= ground.from_zoom else ()
            tile[name] = _paths(np.asarray(rings, dtype=object), origin, scale)
        tile["names"] = self._placed_names(window, origin, scale) if z + min(self._early, 1) >= _NAMES_FROM else []
        return tile

    def _placed_names(self, window: tuple[float, float, float, float], origin: NDArray[np.float64], scale: float) -> list[list[Any]]:
        """Return each name once, on the longest piece that carries it, if that piece is long enough for the text."""
        found = self._named_tree.query(shapely.box(*window))
        pieces, owner = shapely.get_parts(shapely.clip_by_rect(self._named_lines[found], *window), return_index=True)
        if not len(pieces):
            return []
        start, middle, end = (
            shapely.get_coordinates(shapely.line_interpolate_point(pieces, at, normalized=True)) for at in (0.3, 0.5, 0.7)
        )
        run = end - start
        texts, ranks = self._names[found][owner], self._named_rank[found][owner]
        length = shapely.length(pieces) * scale * TILE_PX / EXTENT
        # A CJK character is about 11 px wide at the size of road names, a Latin one about half of it.
        width = np.array([sum(11.0 if ord(c) > 0x2E7F else 6.0 for c in text) for text in texts])
        angle = np.degrees(np.arctan2(run[:, 1], run[:, 0]))
        angle = np.where(np.abs(angle) > 90, angle - np.sign(angle) * 180, angle)
        inside = (middle >= origin).all(axis=1) & ((middle - origin) * scale < EXTENT).all(axis=1)
        order = np.argsort(-length)
        order = order[(length[order] > width[order] * 1.2) & inside[order]]
        kept = order[np.sort(np.unique(texts[order], return_index=True)[1])]
        at = np.rint((middle - origin) * scale).astype(np.int64)
        return [[str(texts[i]), int(at[i, 0]), int(at[i, 1]), round(float(angle[i]), 1), CLASSES[ranks[i]]] for i in kept]


class _Ground:
    """Indexed polygons of one kind, drawn from one zoom on."""

    def __init__(self, polygons: Geometries, *, from_zoom: int) -> None:
        self.from_zoom = from_zoom
        self._polygons = polygons
        self._tree = shapely.STRtree(polygons)

    def cut(self, window: tuple[float, float, float, float], tolerance: float) -> Geometries:
        found = self._polygons[np.sort(self._tree.query(shapely.box(*window)))]
        found = found[shapely.area(found) > (2 * tolerance) ** 2]
        cut = shapely.get_parts(shapely.clip_by_rect(shapely.simplify(found, tolerance), *window))
        parts: Geometries = cut[shapely.get_type_id(cut) == shapely.GeometryType.POLYGON]
        return parts


def _polygons(frame: gpd.GeoDataFrame | None) -> Geometries:
    """Return the polygons of a frame, valid and projected; each part of a multipolygon is one."""
    if frame is None:
        return np.empty(0, dtype=object)
    geometries = frame.geometry.to_numpy()
    geometries = geometries[np.isin(shapely.get_type_id(geometries), (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON))]
    parts = shapely.get_parts(shapely.make_valid(mercator(geometries)))
    polygons: Geometries = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return polygons


def _merged(lines: Geometries, rank: NDArray[np.int64]) -> tuple[Geometries, NDArray[np.int64]]:
    """Join lines of one class end to end: a road in a hundred pieces is then drawn, and simplified, as one."""
    joined = [
        shapely.get_parts(shapely.line_merge(shapely.multilinestrings(shapely.get_parts(lines[rank == r])))) for r in range(len(CLASSES))
    ]
    pieces: Geometries = np.concatenate(joined)
    return pieces, np.repeat(np.arange(len(CLASSES)), [len(part) for part in joined])


def _paths(lines: Geometries, origin: NDArray[np.float64], scale: float) -> list[list[int]]:
    """Return each line as a flat list of integers, the first point then the steps; drop lines that shrink to a point."""
    coordinates, owner = shapely.get_coordinates(lines, return_index=True)
    if not len(coordinates):
        return []
    points = np.rint((coordinates - origin) * scale).astype(np.int64)
    first = np.r_[True, owner[1:] != owner[:-1]]
    steps = np.diff(points, axis=0, prepend=points[:1])
    steps[first] = points[first]
    kept = first | steps.any(axis=1)
    flat = steps[kept].ravel().tolist()
    ends = np.r_[np.flatnonzero(first[kept]), int(kept.sum())] * 2
    return [flat[a:b] for a, b in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True) if b - a >= 4]


def _road_names(roads: gpd.GeoDataFrame) -> Geometries:
    """Return the name of each road, otherwise its number, otherwise an empty text."""
    blank = pd.Series("", index=roads.index, dtype="str")
    name, ref = (roads[c].astype("str").fillna("") if c in roads else blank for c in ("name", "ref"))
    return name.where(name != "", ref).to_numpy(dtype=object)


def _located(frame: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Return which features have a geometry that is not empty."""
    geometries = frame.geometry.to_numpy()
    found: NDArray[np.bool_] = ~(shapely.is_missing(geometries) | shapely.is_empty(geometries))
    return found
