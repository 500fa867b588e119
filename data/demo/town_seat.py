"""The town's compounds: rows of houses along internal lanes inside a wall, and the gates where the lanes meet it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from data.demo.plane import Floats
from data.demo.roads import GRID, Road
from data.demo.shapes import rectangle

# How far the wall stands from the middle of the street.
SETBACK = 14.0
BESIDE = {"W": 0.0, "E": 1.0, "S": 0.0, "N": 1.0}


@dataclass(frozen=True)
class GateSpec:
    """A gate: its name, the side and lane it stands on (0: the middle one, north to south), its kind, and its mode in the end."""

    name: str
    side: str
    lane: int
    kind: str
    mode: str


@dataclass(frozen=True)
class CompoundSpec:
    """A compound: its name, its street block, its rows of houses (two a row), which houses are left out, floors, households."""

    name: str
    block: tuple[int, int]
    rows: int
    without: tuple[int, ...]
    floors: int
    households: int
    grid: int
    unmanaged: bool
    gates: tuple[GateSpec, ...]


def _gates(text: str) -> tuple[GateSpec, ...]:
    return tuple(GateSpec(n, p[0], int(p[1:]), k, m) for n, p, k, m in (line.split() for line in text.strip().splitlines()))


COMPOUNDS = (
    CompoundSpec(
        "青禾花园",
        (0, 2),
        5,
        (),
        6,
        222,
        1,
        False,
        _gates("""南门 S0 lift_gate open_24h
                  北门 N0 gate open_hours
                  东门 E2 lift_gate open_24h
                  东侧门 E4 wicket_gate sealed
                  西一门 W1 gate sealed
                  西二门 W3 wicket_gate sealed"""),
    ),
    CompoundSpec(
        "民主小区",
        (1, 3),
        4,
        (),
        6,
        177,
        1,
        False,
        _gates("""南门 S0 gate open_24h
                  北门 N0 gate sealed
                  东门 E2 gate open_hours
                  西门 W2 lift_gate open_24h
                  西侧门 W3 wicket_gate sealed"""),
    ),
    CompoundSpec(
        "文化新村",
        (2, 3),
        4,
        (),
        6,
        177,
        2,
        False,
        _gates("""南门 S0 lift_gate open_24h
                  北门 N0 gate sealed
                  东一门 E1 wicket_gate sealed
                  东二门 E3 gate open_hours
                  西门 W2 gate open_24h"""),
    ),
    CompoundSpec(
        "粮站家属院",
        (3, 2),
        4,
        (),
        5,
        145,
        2,
        True,
        _gates("""南门 S0 gate sealed
                  北门 N0 gate open_24h
                  东门 E2 entrance sealed
                  西门 W2 entrance sealed"""),
    ),
    CompoundSpec(
        "滨塘雅苑",
        (2, 0),
        5,
        (5,),
        7,
        235,
        3,
        False,
        _gates("""南门 S0 lift_gate open_24h
                  北门 N0 gate open_hours
                  东门 E3 gate sealed
                  西一门 W1 wicket_gate sealed
                  西二门 W4 gate sealed"""),
    ),
)


@dataclass(frozen=True)
class Compound:
    """A compound laid out on the plane; gates and houses in the order of its plan."""

    spec: CompoundSpec
    outline: shapely.Polygon
    houses: list[shapely.Polygon]
    gates: Floats
    lanes: list[Road]


def lay_out(spec: CompoundSpec, corners: Floats) -> Compound:
    """Return the compound laid out in its block of the street corners, shape ``(5, 5, 2)``."""
    i, j = spec.block
    block = np.array([corners[i, j], corners[i + 1, j], corners[i + 1, j + 1], corners[i, j + 1]])
    outline = shapely.Polygon(block).buffer(-SETBACK, join_style="mitre")
    ring = shapely.get_coordinates(outline.exterior)[:-1]
    wall = np.array([ring[np.argmin(np.hypot(*(ring - corner).T))] for corner in block])
    street = shapely.LinearRing(block)

    def at(u: float, v: float) -> Floats:
        south, north = wall[0] + u * (wall[1] - wall[0]), wall[3] + u * (wall[2] - wall[3])
        return np.asarray(south + v * (north - south))

    def house(row: int, column: int) -> shapely.Polygon:
        v = (row + 0.5) / spec.rows
        course = at(1, v) - at(0, v)
        return rectangle(at((0.265, 0.735)[column], v), 0.38 * np.hypot(*course), 12.5, np.arctan2(course[1], course[0]))

    def gate(spec_: GateSpec) -> Floats:
        point = at(0.5, BESIDE[spec_.side]) if spec_.side in "NS" else at(BESIDE[spec_.side], spec_.lane / spec.rows)
        return np.round(point / GRID) * GRID

    gates = np.array([gate(g) for g in spec.gates])
    has = {(g.side, g.lane): point for g, point in zip(spec.gates, gates, strict=True)}
    lanes = [Road(line, "service") for line in _lanes(spec.rows, has, street, at)]
    houses = [house(n // 2, n % 2) for n in range(spec.rows * 2) if n not in spec.without]
    return Compound(spec, outline, houses, gates, lanes)


def _lanes(
    rows: int, gates: dict[tuple[str, int], Floats], street: shapely.LinearRing, at: Callable[[float, float], Floats]
) -> Iterator[Floats]:
    """Yield the middle lane and those between the rows; each goes out to the street through its gates and else ends at the wall."""
    ends = [("S", "N", 0)] + [("W", "E", lane) for lane in range(1, rows)]
    for first, second, lane in ends:
        inner = [at(0.5, v) for v in (0.05, 0.95)] if lane == 0 else [at(u, lane / rows) for u in (0.04, 0.96)]
        middle = [at(0.5, 0.5)] if lane == 0 else [at(0.5, lane / rows)]
        line = [inner[0], *middle, inner[1]]
        if (first, lane) in gates:
            line = [*_way_out(gates[first, lane], inner[0], street), *line]
        if (second, lane) in gates:
            line = [*line, *_way_out(gates[second, lane], inner[1], street)[::-1]]
        yield np.array(line)


def _way_out(gate: Floats, inner: Floats, street: shapely.LinearRing) -> list[Floats]:
    """Return the point on the street beyond a gate, and the gate."""
    beyond = gate + (gate - inner) / np.hypot(*(gate - inner)) * 3 * SETBACK
    met = shapely.get_coordinates(shapely.intersection(shapely.LineString([gate, beyond]), street))
    return [met[0], gate]
