"""From geometries in millimetres to paths, patterns and arrow heads."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import shapely
from matplotlib.path import Path
from numpy.typing import NDArray

from briefing.maps.ground import Geometries
from briefing.maps.symbols import HEAD

CHUNK = 20_000  # vertices in one path: Agg cannot fill much larger ones
Points = NDArray[np.float64]


def line_paths(geometries: Geometries) -> list[Path]:
    """Return the lines of some geometries (of polygons the outline) in a few paths."""
    parts = shapely.get_parts(geometries)
    kinds = shapely.get_dimensions(parts)
    lines = shapely.get_parts(np.concatenate((parts[kinds == 1], shapely.boundary(parts[kinds == 2]))))
    return [_path(lines[chunk]) for chunk in _chunks(shapely.get_num_coordinates(lines))]


def area_paths(geometries: Geometries) -> list[Path]:
    """Return the polygons of some geometries in a few paths; holes run the other way, so that they stay empty."""
    parts = shapely.get_parts(geometries)
    polygons = shapely.orient_polygons(parts[(shapely.get_dimensions(parts) == 2) & ~shapely.is_empty(parts)])
    return [_path(shapely.get_rings(polygons[chunk])) for chunk in _chunks(shapely.get_num_coordinates(polygons))]


def _path(lines: Geometries) -> Path:
    xy, line = shapely.get_coordinates(lines, return_index=True)
    codes = np.full(len(xy), Path.LINETO, dtype=np.uint8)
    codes[np.flatnonzero(np.diff(line, prepend=-1))] = Path.MOVETO
    return Path(xy, codes)


def _chunks(sizes: NDArray[np.integer]) -> Iterator[slice]:
    chunk = np.cumsum(sizes) // CHUNK
    edges = [0, *(np.flatnonzero(np.diff(chunk)) + 1), len(sizes)]
    for first, after in pairwise(edges):
        if after > first:
            yield slice(int(first), int(after))


def hatching(geometries: Geometries, spacing: float, *, falling: bool = False) -> list[Path]:
    """Return the parts of parallel lines, rising to the right at 45 degrees (or falling), that lie in some areas.

    They go on from one to the next.
    """
    areas = _areas(geometries)
    if not len(areas):
        return []
    x0, y0, x1, y1 = shapely.total_bounds(areas)
    step = spacing * np.sqrt(2)
    slope = -1 if falling else 1
    low, high = (y0 + x0, y1 + x1) if falling else (y0 - x1, y1 - x0)
    offsets = np.arange(np.floor(low / step) * step, high + step, step)
    ends = np.stack([np.column_stack((np.full(len(offsets), x), slope * x + offsets)) for x in (x0, x1)], 1)
    lines = shapely.linestrings(ends)
    tree = shapely.STRtree(lines)
    area, line = tree.query(areas, predicate="intersects")
    return line_paths(shapely.intersection(lines[line], areas[area]))


def dots(geometries: Geometries, spacing: float) -> Points:
    """Return the points of a staggered grid that lie in some areas."""
    found = [np.zeros((0, 2))]
    for area in _areas(geometries):
        x0, y0, x1, y1 = area.bounds
        rows = np.arange(np.floor(y0 / spacing), np.ceil(y1 / spacing) + 1)
        columns = np.arange(np.floor(x0 / spacing), np.ceil(x1 / spacing) + 1)
        x, y = np.meshgrid(columns * spacing, rows * spacing)
        x = x + (rows % 2 * spacing / 2)[:, None]
        shapely.prepare(area)
        inside = shapely.contains_xy(area, x, y)
        found.append(np.column_stack((x[inside], y[inside])))
    return np.concatenate(found)


def _areas(geometries: Geometries) -> Geometries:
    parts = shapely.get_parts(geometries)
    polygons = parts[(shapely.get_dimensions(parts) == 2) & ~shapely.is_empty(parts)]
    return np.asarray(np.where(shapely.is_valid(polygons), polygons, shapely.buffer(polygons, 0)), dtype=object)


def heads(geometries: Geometries, every: float, size: float) -> list[Path]:
    """Return arrow heads along lines, one each so many millimetres and one at least, pointing the way the line runs."""
    found = []
    for line in shapely.get_parts(geometries):
        length = shapely.length(line)
        if length < 2 * size or shapely.get_dimensions(line) != 1:
            continue
        places = np.arange(every / 2, length, every) if length > every else np.array([length / 2])
        tips = shapely.get_coordinates(shapely.line_interpolate_point(line, places + size * 0.6))
        tails = shapely.get_coordinates(shapely.line_interpolate_point(line, places - size * 0.6))
        for tip, tail in zip(tips, tails, strict=True):
            found.append(_turned((tip + tail) / 2, tip - tail, size))
    return [Path.make_compound_path(*found)] if found else []


def _turned(place: Points, ahead: Points, size: float) -> Path:
    dx, dy = ahead / max(float(np.hypot(*ahead)), 1e-9)
    turn = np.array([[dy, -dx], [dx, dy]])
    return Path(np.asarray(HEAD.vertices) * size @ turn + place, HEAD.codes)


def rounds(xy: Points, apart: float) -> NDArray[np.intp]:
    """Return for each point in which round it is drawn, so that symbols of one round do not overlap and a later one lies wholly on top."""
    turn = np.zeros(len(xy), dtype=np.intp)
    points = shapely.points(xy)
    first, second = shapely.STRtree(points).query(points, predicate="dwithin", distance=apart)
    earlier = second < first
    for n, m in zip(first[earlier], second[earlier], strict=True):
        turn[n] = max(turn[n], turn[m] + 1)
    return np.minimum(turn, 40)
