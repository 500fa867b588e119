"""The symbols: each shape as a few stamps (outlines with a fill and an edge) around (0, 0), in millimetres."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.path import Path
from numpy.typing import NDArray

from briefing.maps.styles import INK, PAPER, Style

TURN = 2 * np.pi


@dataclass(frozen=True, eq=False)
class Stamp:
    """An outline with its fill and edge; the edge's width is in millimetres. None leaves one out."""

    path: Path
    face: str | None = None
    edge: str | None = None
    width: float = 0.0


def disc(radius: float, centre: tuple[float, float] = (0.0, 0.0)) -> Path:
    """Return a circle."""
    unit = Path.unit_circle()
    return Path(np.asarray(unit.vertices) * radius + centre, unit.codes)


def _closed(points: Sequence[tuple[float, float]]) -> Path:
    return Path([*points, points[0]], closed=True)


def _polar(radius: float, turns: Sequence[float]) -> Path:
    """Return a polygon by the bearings of its corners, in turns from north."""
    return _closed([(radius * float(np.sin(t * TURN)), radius * float(np.cos(t * TURN))) for t in turns])


def _box(left: float, bottom: float, right: float, top: float) -> Path:
    return _closed([(left, bottom), (right, bottom), (right, top), (left, top)])


def _lines(*lines: Sequence[tuple[float, float]]) -> Path:
    return Path.make_compound_path(*(Path(np.asarray(line, dtype=float)) for line in lines))


def _body(path: Path, r: float, colour: str, hollow: bool) -> list[Stamp]:
    """Return a full shape on a white edge that parts it from the ground, or a thick ring of it."""
    if hollow:
        return [Stamp(path, PAPER, PAPER, 0.78 * r), Stamp(path, PAPER, colour, 0.42 * r)]
    return [Stamp(path, PAPER, PAPER, 0.34 * r), Stamp(path, colour)]


def _strokes(path: Path, r: float, colour: str, hollow: bool) -> list[Stamp]:
    if hollow:
        return [Stamp(path, edge=PAPER, width=0.9 * r), Stamp(path, edge=colour, width=0.68 * r), Stamp(path, edge=PAPER, width=0.26 * r)]
    return [Stamp(path, edge=PAPER, width=0.76 * r), Stamp(path, edge=colour, width=0.46 * r)]


def _bar(half: float, r: float, colour: str) -> Stamp:
    return Stamp(_box(-half, -0.18 * r, half, 0.18 * r), colour)


Recipe = Callable[[float, str, bool], list[Stamp]]


def _barred_square(r: float, colour: str, hollow: bool) -> list[Stamp]:
    side = 0.9 * r
    return [*_body(_box(-side, -side, side, side), r, colour, hollow), _bar(0.58 * r, r, colour if hollow else PAPER)]


def _half_circle(r: float, colour: str, hollow: bool) -> list[Stamp]:
    left = Path(np.asarray(Path.wedge(90, 270).vertices) * (0.55 * r if hollow else 0.96 * r), Path.wedge(90, 270).codes)
    ring = (
        _body(disc(r), r, colour, True)
        if hollow
        else [Stamp(disc(r), PAPER, PAPER, 0.5 * r), Stamp(disc(r * 0.92), PAPER, colour, 0.2 * r)]
    )
    return [*ring, Stamp(left, colour)]


def _arrow(r: float, colour: str, hollow: bool) -> list[Stamp]:
    path = _lines([(0, -1.1 * r), (0, r)], [(-0.62 * r, 0.3 * r), (0, 1.05 * r), (0.62 * r, 0.3 * r)])
    return [Stamp(path, edge=PAPER, width=0.62 * r), Stamp(path, edge=colour, width=0.32 * r)]


def _star(r: float, colour: str, hollow: bool) -> list[Stamp]:
    points = [((r if n % 2 == 0 else 0.58 * r), n / 10 * TURN) for n in range(10)]
    path = _closed([(d * float(np.sin(a)), d * float(np.cos(a))) for d, a in points])
    return [Stamp(path, PAPER, PAPER, 0.42 * r), Stamp(path, colour, INK, 0.13 * r)]


def _target(r: float, colour: str, hollow: bool) -> list[Stamp]:
    return [*_body(disc(0.9 * r), 0.62 * r, colour, True), Stamp(disc(0.42 * r), colour)]


def _rising(r: float, colour: str, cloth: Sequence[tuple[float, float]]) -> list[Stamp]:
    """Return a flag that stands on its place, so that what lies there is still seen."""
    flag = _closed([(x * r, y * r) for x, y in cloth])
    pole = _lines([(0, 0), (0, 2.3 * r)])
    return [
        Stamp(flag, PAPER, PAPER, 0.5 * r),
        Stamp(pole, edge=PAPER, width=0.6 * r),
        Stamp(flag, colour),
        Stamp(pole, edge=INK, width=0.24 * r),
    ]


def _square(r: float, colour: str, *inner: Stamp) -> list[Stamp]:
    return [Stamp(_box(-r, -r, r, r), PAPER, PAPER, 0.4 * r), Stamp(_box(-r, -r, r, r), PAPER, colour, 0.2 * r), *inner]


def _signed(r: float, colour: str, sign: Path | None) -> list[Stamp]:
    inner = [Stamp(disc(0.34 * r), PAPER)] if sign is None else [Stamp(sign, edge=PAPER, width=0.36 * r)]
    return [*_body(disc(r), r, colour, False), *inner]


def _cross_lines(r: float) -> Path:
    return _lines([(-0.72 * r, -0.72 * r), (0.72 * r, 0.72 * r)], [(-0.72 * r, 0.72 * r), (0.72 * r, -0.72 * r)])


def _plus_lines(r: float) -> Path:
    return _lines([(-r, 0), (r, 0)], [(0, -r), (0, r)])


_FLAG = ((0, 2.3), (1.5, 1.75), (0, 1.2))
_BANNER = ((0, 2.3), (1.5, 2.3), (1.02, 1.75), (1.5, 1.2), (0, 1.2))


def _gap(r: float, colour: str, hollow: bool) -> list[Stamp]:
    """Two ends that do not meet."""
    ends = Path.make_compound_path(_box(-1.15 * r, -0.42 * r, -0.22 * r, 0.42 * r), _box(0.22 * r, -0.42 * r, 1.15 * r, 0.42 * r))
    return [Stamp(disc(1.0 * r), PAPER, PAPER, 0.3 * r), *_body(ends, r, colour, hollow)]


SHAPES: dict[str, Recipe] = {
    "gap": _gap,
    "circle": lambda r, colour, hollow: _body(disc(r), r, colour, hollow),
    "ring": lambda r, colour, hollow: _body(disc(0.8 * r), r, colour, True),
    "dot": lambda r, colour, hollow: _body(disc(0.7 * r), r, colour, hollow),
    # A disc with a dark core, to be told from an open entrance in grey.
    "cored": lambda r, colour, hollow: [*_body(disc(0.7 * r), r, colour, hollow), Stamp(disc(0.33 * r), INK)],
    "barred_square": _barred_square,
    "half_circle": _half_circle,
    "triangle": lambda r, colour, hollow: _body(_polar(1.2 * r, (0, 1 / 3, 2 / 3)), r, colour, hollow),
    "diamond": lambda r, colour, hollow: _body(_polar(1.15 * r, (0, 0.25, 0.5, 0.75)), r, colour, hollow),
    "cross": lambda r, colour, hollow: _strokes(_cross_lines(r), r, colour, hollow),
    "plus": lambda r, colour, hollow: _strokes(_plus_lines(0.95 * r), r, colour, hollow),
    "arrow": _arrow,
    "star": _star,
    "target": _target,
    "flag": lambda r, colour, hollow: _rising(r, colour, _FLAG),
    "banner": lambda r, colour, hollow: _rising(r, colour, _BANNER),
    "square_plus": lambda r, colour, hollow: _square(r, colour, Stamp(_plus_lines(0.62 * r), edge=INK, width=0.36 * r)),
    "square_stall": lambda r, colour, hollow: _square(r, colour, Stamp(_polar(0.72 * r, (0, 1 / 3, 2 / 3)), INK)),
    "square_disc": lambda r, colour, hollow: _square(r, colour, Stamp(disc(0.36 * r), INK)),
    "square_empty": lambda r, colour, hollow: _square(r, colour),
    "disc_plus": lambda r, colour, hollow: _signed(r, colour, _plus_lines(0.66 * r)),
    "disc_minus": lambda r, colour, hollow: _signed(r, colour, _lines([(-0.66 * r, 0), (0.66 * r, 0)])),
    "disc_dot": lambda r, colour, hollow: _signed(r, colour, None),
}
HEAD = _closed([(0, 1.0), (0.8, -0.8), (0, -0.35), (-0.8, -0.8)])  # of an arrow on a line, pointing north


def stamps(style: Style, scale: float = 1.0) -> list[Stamp]:
    """Return the stamps of a symbol, from the bottom to the top, in millimetres around (0, 0)."""
    return SHAPES[style.shape](style.size * scale, style.colour, style.hollow)


def reach(style: Style, scale: float = 1.0) -> tuple[float, float, float, float]:
    """Return how far a symbol reaches from its place: left, down, right, up, in millimetres, its white edge not counted."""
    boxes = [stamp.path.get_extents() for stamp in stamps(style, scale)]
    edge = max((stamp.width / 2 for stamp in stamps(style, scale) if stamp.edge not in (None, PAPER)), default=0.0)
    return (
        edge - min(box.x0 for box in boxes),
        edge - min(box.y0 for box in boxes),
        edge + max(box.x1 for box in boxes),
        edge + max(box.y1 for box in boxes),
    )


def turned(path: Path, bearing: float) -> Path:
    """Return a path turned clockwise by a bearing in degrees."""
    a = np.radians(bearing)
    turn: NDArray[np.float64] = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])
    return Path(np.asarray(path.vertices) @ turn, path.codes)
