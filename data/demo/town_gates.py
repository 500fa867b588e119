"""Where the villages of 青禾镇 begin: the outline of each, and the gates, one on every road, lane, track and path that leads into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely

from data.demo.plane import Floats
from data.demo.roads import GRID, Road
from data.demo.town_plan import VILLAGES, Plan

# No village closes a main road: its outline keeps this far from the middle of one, and may be cut in two by it.
OFF_MAIN_M = 22.0
# The outline runs this far outside the last houses, so that no lane within comes near it.
AROUND_M = 12.0
# A corner that a main road cuts off is no part of the village unless it has this many square metres.
LEAST_PART = 10_000.0
# Gates stand this far before the outline: farther than a road may pass and still count as one that touches the outline.
BEFORE_M = 4.0
KINDS = {"unclassified": "村口", "tertiary": "村口", "residential": "巷口", "track": "机耕路口", "path": "小路口"}
HAMLETS = {hamlet for _, _, _, around in VILLAGES for _, _, hamlet in around}


@dataclass(frozen=True)
class Gate:
    """A gate of a village: where it stands on the plane, on which side of the village, what kind of road it is on, and to which hamlet."""

    at: Floats
    side: str
    kind: str
    hamlet: str = ""


def outlines(plan: Plan) -> dict[str, shapely.Geometry]:
    """Return the outline of each village around its main settlement."""
    main = shapely.union_all([shapely.LineString(road.line) for road in [*plan.main_roads, *plan.interchange]]).buffer(OFF_MAIN_M)
    found: dict[str, shapely.Geometry] = {}
    for village, _, outline, _ in plan.clusters:
        if village not in found:
            parts = shapely.get_parts(shapely.difference(outline.buffer(AROUND_M), main))
            kept = parts[shapely.area(parts) >= LEAST_PART]
            found[village] = kept[0] if len(kept) == 1 else shapely.MultiPolygon(list(kept))
    return found


def gates(plan: Plan, roads: Sequence[Road]) -> dict[str, list[Gate]]:
    """Return the gates of each village: first one a side of the compass on the roads between villages, then all others.

    The first of all is on the village's own road to the main road, or else the nearest to the town.
    """
    lines = np.array([shapely.LineString(road.line) for road in roads], dtype=object)
    tree, rank = shapely.STRtree(lines), list(KINDS)
    found = {}
    for village, outline in outlines(plan).items():
        border, heart = shapely.boundary(shapely.buffer(outline, BEFORE_M)), shapely.get_coordinates(outline.centroid)[0]
        met = [
            (int(row), tuple((np.round(point / GRID) * GRID).tolist()))
            for row in tree.query(border, predicate="intersects")
            for point in shapely.get_coordinates(shapely.intersection(lines[row], border))
        ]
        met.sort(key=lambda here: (_to_hamlet(roads[here[0]]), rank.index(roads[here[0]].highway), here[1]))
        once: dict[tuple[float, float], Gate] = {}
        to_main = {at for row, at in met if roads[row].name == f"{village}道"}
        for row, at in met:  # where a road ends on another, or two run along one line, both meet the border there
            away, hamlet = np.array(at) - heart, _to_hamlet(roads[row])
            once.setdefault(at, Gate(np.array(at), _side(away), KINDS[roads[row].highway], hamlet))
        between = [at for at, gate in once.items() if gate.kind == "村口" and not gate.hamlet]
        between.sort(key=lambda at: (at not in to_main, np.hypot(*at)))
        lead = list({once[at].side: at for at in reversed(between)}.values())[::-1]
        found[village] = [once[at] for at in lead] + [gate for at, gate in once.items() if at not in lead]
    return found


def _to_hamlet(road: Road) -> str:
    """Return the hamlet from which a road leads to its village, else nothing."""
    hamlet = road.name.removesuffix("路")
    return hamlet if hamlet in HAMLETS else ""


def named(village: str, mouths: Sequence[Gate]) -> list[str]:
    """Return what the gates of a village are called: by hamlet, or by side and kind, with a number from the second on."""
    told: dict[str, int] = {}
    names = []
    for gate in mouths:
        name = f"{village.removesuffix('村')}{f'{gate.hamlet}路口' if gate.hamlet else gate.side + gate.kind}"
        count = told[name] = told.get(name, 0) + 1
        names.append(name if count == 1 else f"{name[:-1]}{count}号口")
    return names


def with_gates(roads: Sequence[Road], mouths: Mapping[str, Sequence[Gate]]) -> list[Road]:
    """Return the roads with a vertex where each gate stands."""
    points = shapely.points(np.array([gate.at for own in mouths.values() for gate in own]))
    lines = np.array([shapely.LineString(road.line) for road in roads], dtype=object)
    row, point = shapely.STRtree(points).query(lines, predicate="dwithin", distance=2 * GRID)
    return [_through(road, points[point[row == n]]) for n, road in enumerate(roads)]


def _through(road: Road, points: np.ndarray) -> Road:
    if not len(points):
        return road
    line = shapely.LineString(road.line)
    vertices = np.concatenate([road.line, shapely.get_coordinates(points)])
    along = np.concatenate([_measures(road.line), shapely.line_locate_point(line, points)])
    return replace(road, line=vertices[np.argsort(along, kind="stable")])


def _measures(line: Floats) -> Floats:
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])


def _side(away: Floats) -> str:
    return "东北西南"[round(np.degrees(np.arctan2(away[1], away[0])) / 90) % 4]
