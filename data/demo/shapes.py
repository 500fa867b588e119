"""Shapes that look grown rather than drawn: winding lines, scattered points, webs of lanes, areas that tile.

Everything is on a plane in metres and takes its chance from the given generator alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import CubicSpline
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree
from scipy.spatial import Delaunay, cKDTree

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Objects = NDArray[np.object_]


def wander(anchors: ArrayLike, rng: np.random.Generator, *, spacing: float = 90.0, sway: float = 40.0) -> Floats:
    """Return a winding line through every anchor, a vertex about every ``spacing`` metres.

    A cubic spline carries the line; between two anchors it sways sideways by up to about ``sway`` metres, less on short reaches.
    """
    points = np.asarray(anchors, dtype=float)
    chord = np.hypot(*np.diff(points, axis=0).T)
    at = np.concatenate([[0.0], np.cumsum(chord)])
    steps = np.maximum(np.round(chord / spacing).astype(int), 1)
    t = np.concatenate([at[i] + chord[i] * np.arange(n) / n for i, n in enumerate(steps)] + [at[-1:]])
    line = CubicSpline(at, points, bc_type="natural")
    course, slope = line(t), line(t, 1)
    normal = np.column_stack([-slope[:, 1], slope[:, 0]]) / np.maximum(np.hypot(*slope.T), 1e-9)[:, None]
    reach = np.minimum(np.searchsorted(at, t, side="right") - 1, len(chord) - 1)
    along = (t - at[reach]) / chord[reach]
    waves = sum(
        np.sin(2 * np.pi * t / length + rng.uniform(0, 2 * np.pi)) / k
        for k, length in enumerate((26 * spacing, 10.3 * spacing, 4.3 * spacing), 1)
    )
    width = np.minimum(sway, chord[reach] * 0.08) * np.sin(np.pi * along)
    return np.asarray(course + normal * (waves * width)[:, None])


def blob(centre: ArrayLike, radius: float, rng: np.random.Generator, *, rough: float = 0.12, corners: int = 90) -> shapely.Polygon:
    """Return a rounded polygon whose radius varies smoothly by about ``rough``."""
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    waves = sum(np.sin(k * angle + rng.uniform(0, 2 * np.pi)) * 1.3 / k for k in (2, 3, 4, 5, 7, 11, 16))
    reach = np.asarray(radius * (1 + rough * waves))
    return shapely.Polygon(np.asarray(centre) + reach[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]))


def scatter(outline: shapely.Polygon, spacing: float, rng: np.random.Generator) -> Floats:
    """Return points in an outline, about ``spacing`` apart and never closer than six tenths of it."""
    west, south, east, north = outline.bounds
    x, y = np.meshgrid(np.arange(west, east + spacing, spacing), np.arange(south, north + spacing, spacing))
    x = x + (np.arange(x.shape[0]) % 2)[:, None] * spacing / 2
    points = np.column_stack([x.ravel(), y.ravel()])
    points += rng.uniform(-0.38, 0.38, points.shape) * spacing
    points = points[shapely.contains_xy(outline, points[:, 0], points[:, 1])]
    crowded = cKDTree(points).query_pairs(spacing * 0.6, output_type="ndarray")
    return np.delete(points, np.unique(crowded[:, 1]), axis=0) if len(crowded) else points


def beside(lines: Sequence[Floats], away: float, rng: np.random.Generator) -> Floats:
    """Return pairs of points ``away`` metres left and right of each line: the border between their Voronoi cells runs along it."""
    pairs = []
    for line in lines:
        drawn = shapely.LineString(line)
        at = np.arange(away, drawn.length, 2 * away)
        here, ahead = (shapely.get_coordinates(shapely.line_interpolate_point(drawn, at + step)) for step in (-1.0, 1.0))
        course = (ahead - here) / np.maximum(np.hypot(*(ahead - here).T), 1e-9)[:, None]
        normal = np.column_stack([-course[:, 1], course[:, 0]]) * away
        pairs += [(here + ahead) / 2 + normal, (here + ahead) / 2 - normal]
    points = np.concatenate(pairs)
    # Four points of a straight line would lie on one circle, where the corners of their cells are not defined.
    return points + rng.uniform(-0.02, 0.02, points.shape) * away


def thin(points: Floats, lines: Sequence[Floats], away: float) -> Floats:
    """Return the points that are at least ``away`` metres from every line."""
    near = shapely.union_all([shapely.LineString(line) for line in lines])
    shapely.prepare(near)
    return np.asarray(points[~shapely.dwithin(near, shapely.points(points), away)])


def neighbours(points: Floats) -> Ints:
    """Return the edges of the Delaunay triangulation, shape ``(m, 2)``, each once, the lower index first."""
    triangles = Delaunay(points).simplices
    edges = np.sort(triangles[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1).astype(np.int64)
    packed = np.unique(edges[:, 0] * len(points) + edges[:, 1])
    return np.column_stack([packed // len(points), packed % len(points)])


def gabriel(points: Floats, edges: Ints) -> Ints:
    """Return the edges whose diametral circle holds no other point (Gabriel and Sokal 1969), out of Delaunay ``edges``."""
    middle = points[edges].mean(axis=1)
    radius = np.hypot(*(points[edges[:, 0]] - points[edges[:, 1]]).T) / 2
    nearest = cKDTree(points).query(middle)[0]
    return np.asarray(edges[nearest >= radius * (1 - 1e-9)])


def web(points: Floats, rng: np.random.Generator, *, loops: float | Floats = 0.25) -> Ints:
    """Return the edges of a web of lanes: the shortest tree over the points, and a share of the other Gabriel edges.

    ``loops`` is that share, one for all or one a point (an edge takes the lesser of its ends).
    """
    edges = gabriel(points, neighbours(points))
    length = np.hypot(*(points[edges[:, 0]] - points[edges[:, 1]]).T)
    weight = length * rng.uniform(0.75, 1.25, len(edges))
    tree = minimum_spanning_tree(coo_array((weight, edges.T), shape=(len(points),) * 2)).tocoo()
    on_tree = np.isin(edges[:, 0] * len(points) + edges[:, 1], tree.row.astype(np.int64) * len(points) + tree.col)
    share = np.broadcast_to(np.asarray(loops, dtype=float), len(points))[edges].min(axis=1)
    return np.asarray(edges[on_tree | (rng.random(len(edges)) < share)])


def grow(points: Floats, edges: Ints, cost: Floats, sources: Ints) -> Ints:
    """Return, for each point, the label of the source that reaches it at the least cost, so that every label's points hang together.

    ``sources`` holds a label for each point that is one, and -1 elsewhere; a point that no source reaches stays -1.
    """
    graph = coo_array((cost, edges.T), shape=(len(points),) * 2).tocsr()
    start = np.flatnonzero(sources >= 0)
    _, _, origin = dijkstra(graph, directed=False, indices=start, min_only=True, return_predecessors=True)
    return np.where(origin >= 0, sources[np.maximum(origin, 0)], -1)


def cells(points: Floats) -> Objects:
    """Return the Voronoi cell of each point; neighbours share their corners exactly."""
    drawn = shapely.voronoi_polygons(shapely.MultiPoint(points), ordered=True)
    return np.asarray(shapely.get_parts(drawn), dtype=object)


def tiles(pieces: Objects, labels: Ints, count: int, *, tolerance: float) -> Objects:
    """Return ``count`` polygons, each the union of the pieces with its label; shared edges stay shared when they are simplified."""
    whole = np.array([shapely.coverage_union_all(pieces[labels == label]) for label in range(count)], dtype=object)
    return np.asarray(shapely.coverage_simplify(whole, tolerance), dtype=object)


def rectangle(centre: ArrayLike, length: float, depth: float, angle: float) -> shapely.Polygon:
    """Return a rectangle of ``length`` along ``angle`` (radians from east) and ``depth`` across it."""
    along = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-along[1], along[0]])
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    return shapely.Polygon([np.asarray(centre) + u * along * length / 2 + v * across * depth / 2 for u, v in corners])
