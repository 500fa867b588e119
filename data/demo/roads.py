"""Roads drawn as lines become ways and nodes: they join where they meet at grade, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.ops import substring

from data.demo.plane import Plane
from geo.network import RANK, Nodes, Ways, make_ways

Floats = NDArray[np.float64]
Objects = NDArray[np.object_]

# Coordinates are whole centimetres: the snap rounding of the overlay keeps what crosses within this one point.
GRID = 0.01
REACH = 3 * GRID
# A dead end keeps this far from every other road: nearer, and a reader would ask whether the two meet.
APART_M = 5.5
STEP_M = 2.0


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


@dataclass(frozen=True)
class Web:
    """Many short roads that cross one another nowhere: they meet at their ends alone. One highway class, name and ref a line."""

    lines: Objects
    table: pd.DataFrame

    def __getitem__(self, chosen: NDArray[np.bool_]) -> Web:
        return Web(self.lines[chosen], self.table[chosen].reset_index(drop=True))


COLUMNS = ["highway", "name", "ref", "oneway", "level"]
NO_WEB = Web(np.empty(0, dtype=object), pd.DataFrame(columns=COLUMNS))


def join(roads: Sequence[Road], obstacles: Sequence[Obstacle], plane: Plane, *, web: Web = NO_WEB) -> tuple[Ways, Nodes]:
    """Return the ways and nodes of the roads, in longitude and latitude; a way ends where others join it.

    Of a ``web`` only what the roads meet is cut anew, which keeps a city quick.
    """
    # Where two roads run along the same line the higher class keeps it.
    ordered = sorted(roads, key=lambda road: RANK[road.highway])
    table = pd.DataFrame([{c: getattr(road, c) for c in COLUMNS} for road in ordered])
    lines = shapely.set_precision([shapely.LineString(road.line) for road in ordered], GRID)
    web = Web(shapely.set_precision(web.lines, GRID), web.table)
    met = np.zeros(len(web.lines), dtype=bool)
    met[shapely.STRtree(web.lines).query(lines[table["level"].to_numpy() != "over"], predicate="intersects")[1]] = True
    every, parent, bridge = _node(
        np.concatenate([lines, web.lines[met]]), pd.concat([table, web[met].table])["level"].to_numpy(), obstacles
    )
    rest, rest_parent = _chains(web[~met])
    table = pd.concat([table, web[met].table, web[~met].table], ignore_index=True)
    every = np.concatenate([every, rest])
    parent = np.concatenate([parent, rest_parent + len(lines) + int(met.sum())])
    bridge = np.concatenate([bridge, np.zeros(len(rest), dtype=bool)])

    every = _shortened(every, bridge)
    kept = ~shapely.is_missing(every)
    every, parent, bridge = every[kept], parent[kept], bridge[kept]
    order = np.lexsort([shapely.get_x(shapely.get_point(every, 0)), parent])
    every, parent, bridge = every[order], parent[order], bridge[order]
    xy, way = shapely.get_coordinates(every, return_index=True)
    corner, refs = np.unique(np.round(xy / GRID).astype(np.int64), axis=0, return_inverse=True)
    offsets = np.concatenate([[0], np.cumsum(np.bincount(way, minlength=len(every)))])
    columns = {name: table[name].to_numpy()[parent] for name in ("name", "ref", "oneway")}
    ways = make_ways(offsets, refs + 1, table["highway"].to_numpy()[parent], bridge=bridge, layer=bridge.astype(int), **columns)
    lonlat = plane.to_lonlat(corner * GRID)
    return ways, Nodes(np.arange(1, len(corner) + 1), lonlat[:, 0], lonlat[:, 1])


def _node(
    lines: Objects, level: NDArray[np.object_], obstacles: Sequence[Obstacle]
) -> tuple[Objects, NDArray[np.int64], NDArray[np.bool_]]:
    """Return the lines cut where they meet at grade, the line that each piece comes from, and which pieces are bridges."""
    pieces, parent, raised = lines, np.arange(len(lines)), level == "over"
    for obstacle in obstacles:
        pieces, parent, raised = _bridge(pieces, parent, raised, level == "under", obstacle)
    low, low_parent = _tied(pieces[~raised]), parent[~raised]
    noded = shapely.get_parts(shapely.union_all(low, grid_size=GRID))
    middles = shapely.line_interpolate_point(noded, 0.5, normalized=True)
    noded_parent = low_parent[shapely.STRtree(low).nearest(middles)]
    every = np.concatenate([noded, pieces[raised]])
    return every, np.concatenate([noded_parent, parent[raised]]), np.arange(len(every)) >= len(noded)


def _tied(lines: Objects) -> Objects:
    """Return the lines with a vertex wherever another one ends on them, give or take the rounding of both."""
    ends = shapely.get_point(np.concatenate([lines, lines]), np.repeat([0, -1], len(lines)))
    end, line = shapely.STRtree(lines).query(ends, predicate="dwithin", distance=REACH)
    other = end % len(lines) != line
    tied = lines.copy()
    met, group = np.unique(line[other], return_inverse=True)
    order = np.argsort(group, kind="stable")
    onto = shapely.multipoints(ends[end[other][order]], indices=group[order])
    tied[met] = shapely.snap(lines[met], onto, REACH)
    return tied


def _shortened(pieces: Objects, bridge: NDArray[np.bool_]) -> Objects:
    """Return the pieces with every dead end that lies near another piece of its level cut back until it does not; None: nothing is left.

    What is cut off may leave another dead end behind, so this goes on until there is none.
    """
    pieces = pieces.copy()
    while True:
        there = np.flatnonzero(~shapely.is_missing(pieces))
        tree = shapely.STRtree(pieces[there])
        ends = _dead_ends(pieces, there)
        near = [(*dead, others) for dead in ends if len(others := _beside(pieces, bridge, there, tree, *dead))]
        if not near:
            return pieces
        for piece, end, others in near:
            pieces[piece] = _cut_back(pieces[piece], end, shapely.union_all(pieces[others]))


def _dead_ends(pieces: Objects, there: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return the pieces with an end at which no other vertex lies, and which end it is: 0 or -1."""
    xy, of = shapely.get_coordinates(pieces[there], return_index=True)
    _, corner, count = np.unique(np.round(xy / GRID).astype(np.int64), axis=0, return_inverse=True, return_counts=True)
    first = np.flatnonzero(np.diff(of, prepend=-1))
    last = np.append(first[1:], len(of)) - 1
    return [(int(there[of[at]]), end) for ends, end in ((first, 0), (last, -1)) for at in ends[count[corner[ends]] == 1]]


def _beside(
    pieces: Objects, bridge: NDArray[np.bool_], there: NDArray[np.int64], tree: shapely.STRtree, piece: int, end: int
) -> NDArray[np.int64]:
    """Return the other pieces of its level near a dead end."""
    others = there[tree.query(shapely.get_point(pieces[piece], end), predicate="dwithin", distance=APART_M)]
    return np.asarray(others[(others != piece) & (bridge[others] == bridge[piece])])


def _cut_back(line: shapely.LineString, end: int, others: shapely.Geometry) -> shapely.LineString | None:
    """Return the line without as much of its end as lies near others."""
    for cut in np.arange(STEP_M, line.length - APART_M, STEP_M):
        left = substring(line, cut, line.length) if end == 0 else substring(line, 0, line.length - cut)
        left = shapely.set_precision(left, GRID)
        if shapely.distance(shapely.get_point(left, end), others) > APART_M:
            return left
    return None


def _chains(web: Web) -> tuple[Objects, NDArray[np.int64]]:
    """Return the lines of a web strung together as far as they are alike, and a line of the web that each is like."""
    chains, parents = [np.empty(0, dtype=object)], [np.empty(0, dtype=np.int64)]
    for rows in web.table.groupby(["highway", "name", "ref"], sort=False).indices.values():
        chains.append(shapely.get_parts(shapely.line_merge(shapely.multilinestrings([web.lines[rows]]))))
        parents.append(np.full(len(chains[-1]), rows[0]))
    return np.concatenate(chains), np.concatenate(parents)


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
