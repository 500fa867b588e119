"""Roads drawn as lines become ways and nodes: they join where they meet at grade, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from data.demo.plane import Plane
from geo.network import RANK, Nodes, Ways, make_ways

Floats = NDArray[np.float64]
Objects = NDArray[np.object_]

# Coordinates are whole centimetres: the snap rounding of the overlay makes a line that ends on another one join it.
GRID = 0.01


@dataclass(frozen=True)
class Road:
    """A road on the plane, shape ``(n, 2)``.

    ``ground`` roads bridge the obstacles they cross; ``under`` ones run below (a river path, the carriageways that others pass over);
    ``over`` ones are flyovers that join others at their ends alone.
    """

    line: Floats
    highway: str
    name: str = ""
    ref: str = ""
    level: Literal["ground", "under", "over"] = "ground"
    oneway: bool = False


@dataclass(frozen=True)
class Obstacle:
    """What roads pass over on a bridge: its middle line, and how far from it a bridge begins."""

    line: shapely.LineString
    reach: float


def join(roads: Sequence[Road], obstacles: Sequence[Obstacle], plane: Plane) -> tuple[Ways, Nodes]:
    """Return the ways and nodes of the roads, in longitude and latitude; a way ends where others join it."""
    # Where two roads run along the same line the higher class keeps it.
    ordered = sorted(roads, key=lambda road: RANK[road.highway])
    table = pd.DataFrame([{"highway": r.highway, "name": r.name, "ref": r.ref, "oneway": r.oneway, "level": r.level} for r in ordered])
    lines = shapely.set_precision([shapely.LineString(r.line) for r in ordered], GRID)
    level = table["level"].to_numpy()
    pieces, parent, raised = lines, np.arange(len(lines)), level == "over"
    for obstacle in obstacles:
        pieces, parent, raised = _bridge(pieces, parent, raised, level == "under", obstacle)

    low, low_parent = pieces[~raised], parent[~raised]
    noded = shapely.get_parts(shapely.union_all(low, grid_size=GRID))
    middles = shapely.line_interpolate_point(noded, 0.5, normalized=True)
    noded_parent = low_parent[shapely.STRtree(low).nearest(middles)]
    every, of = np.concatenate([noded, pieces[raised]]), np.concatenate([noded_parent, parent[raised]])
    bridge = np.arange(len(every)) >= len(noded)
    order = np.lexsort([shapely.get_x(shapely.get_point(every, 0)), of])
    every, of, bridge = every[order], of[order], bridge[order]

    xy, way = shapely.get_coordinates(every, return_index=True)
    corner, refs = np.unique(np.round(xy / GRID).astype(np.int64), axis=0, return_inverse=True)
    offsets = np.concatenate([[0], np.cumsum(np.bincount(way, minlength=len(every)))])
    columns = {name: table[name].to_numpy()[of] for name in ("name", "ref", "oneway")}
    ways = make_ways(offsets, refs + 1, table["highway"].to_numpy()[of], bridge=bridge, layer=bridge.astype(int), **columns)
    lonlat = plane.to_lonlat(corner * GRID)
    return ways, Nodes(np.arange(1, len(corner) + 1), lonlat[:, 0], lonlat[:, 1])


def _bridge(
    pieces: Objects, parent: NDArray[np.int64], raised: NDArray[np.bool_], runs_under: NDArray[np.bool_], obstacle: Obstacle
) -> tuple[Objects, NDArray[np.int64], NDArray[np.bool_]]:
    """Cut the pieces that pass over an obstacle where their bridges begin and end."""
    cut = ~raised & ~runs_under[parent] & shapely.intersects(pieces, obstacle.line)
    strip = shapely.buffer(obstacle.line, obstacle.reach)
    within, within_of = shapely.get_parts(shapely.intersection(pieces[cut], strip), return_index=True)
    beyond, beyond_of = shapely.get_parts(shapely.difference(pieces[cut], strip), return_index=True)
    crosses = shapely.intersects(within, obstacle.line)
    ids = parent[cut]
    return (
        np.concatenate([pieces[~cut], beyond, within]),
        np.concatenate([parent[~cut], ids[beyond_of], ids[within_of]]),
        np.concatenate([raised[~cut], np.zeros(len(beyond), bool), crosses]),
    )
