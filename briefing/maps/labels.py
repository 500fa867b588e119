"""Where names and numbers go: none over another, over a numbered symbol or out of the frame. Pure: boxes in, boxes out, millimetres.

Greedy by rank over candidate places (Christensen, Marks and Shieber 1995 name the method and what better ones gain), on a grid of
quarter-millimetre cells: a place is free when all its cells are. What must be shown and has no room beside its place moves away on a
leader line; what finds none even so is left out, and the caller says how many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from briefing.maps.ground import Box

CELL = 0.25
GAP = 0.45  # between a symbol and its name
# Where a name stands beside its place, best first: right, left, above, below, then the corners.
BESIDE = ((1, 0), (1, 1), (1, -1), (-1, 0), (-1, 1), (-1, -1), (0, 1), (0, -1))
# How far a leader line may go, and in how many directions.
RINGS = (2.2, 3.4, 4.8, 6.5, 8.5, 11.0, 14.0, 17.5, 21.5, 26.0, 31.0, 37.0, 44.0, 52.0, 61.0, 72.0, 84.0, 98.0)
DIRECTIONS = 32
NEARBY = 25.0  # what lies nearer is the crowd that a leader line leads out of

Reach = tuple[float, float, float, float]
Grid = NDArray[np.bool_]


@dataclass(frozen=True)
class Spot:
    """A place for a text: its middle, its turn in degrees, and the boxes that cover it."""

    x: float
    y: float
    angle: float
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class Label:
    """A text to be placed.

    Attributes
    ----------
    width, height
        Of the text as set, in millimetres.
    x, y, reach
        Its place, and how far the symbol there reaches to the left, down, to the right and up.
    rank, must
        Higher ranks choose first; what must be shown chooses before all others, and may move away on a leader line.
    spots
        Where it may stand, best first, when not beside a symbol: along a line, in an area.
    """

    width: float
    height: float
    x: float
    y: float
    reach: Reach = (0.0, 0.0, 0.0, 0.0)
    rank: int = 0
    must: bool = False
    spots: tuple[Spot, ...] = ()


@dataclass(frozen=True)
class Placed:
    """A text in its place; ``leader`` is the line from the symbol to it, if it stands away."""

    spot: Spot
    leader: tuple[tuple[float, float], tuple[float, float]] | None = None


@dataclass
class _Occupied:
    """What is taken of a frame: by anything, by texts, and how much by symbols that may be covered at need."""

    frame: Box
    any: Grid = field(init=False)
    texts: Grid = field(init=False)
    spare: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        shape = int(self.frame.height / CELL), int(self.frame.width / CELL)
        self.any, self.texts = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
        self.spare = np.zeros((shape[0] + 1, shape[1] + 1), dtype=np.int64)

    def cells(self, box: Box) -> tuple[int, int, int, int]:
        """Return the rows and columns that a box touches; negative or too large outside the frame."""
        left, bottom = (box.x - self.frame.x) / CELL, (box.y - self.frame.y) / CELL
        return (
            int(np.floor(bottom)),
            int(np.ceil(bottom + box.height / CELL)),
            int(np.floor(left)),
            int(np.ceil(left + box.width / CELL)),
        )

    def free(self, boxes: Sequence[Box]) -> bool:
        """Tell whether boxes lie in the frame and on nothing."""
        high, wide = self.any.shape
        for box in boxes:
            low, top, left, right = self.cells(box)
            if low < 0 or left < 0 or top > high or right > wide or self.any[low:top, left:right].any():
                return False
        return True

    def covered(self, boxes: Sequence[Box]) -> int:
        """Return how many cells of symbols that may be covered lie below some boxes inside the frame."""
        found = 0
        for box in boxes:
            low, top, left, right = self.cells(box)
            found += int(self.spare[top, right] - self.spare[low, right] - self.spare[top, left] + self.spare[low, left])
        return found

    def take(self, boxes: Sequence[Box], *, text: bool = False) -> None:
        """Take boxes, as far as they lie in the frame."""
        for box in boxes:
            low, top, left, right = (max(edge, 0) for edge in self.cells(box))
            self.any[low:top, left:right] = True
            if text:
                self.texts[low:top, left:right] = True

    def set_spare(self, boxes: Sequence[Box]) -> None:
        """Note the symbols that may be covered at need."""
        cells = np.zeros(self.any.shape, dtype=np.int64)
        for box in boxes:
            low, top, left, right = (max(edge, 0) for edge in self.cells(box))
            cells[low:top, left:right] = 1
        self.spare[1:, 1:] = cells.cumsum(axis=0).cumsum(axis=1)

    def along(self, start: tuple[float, float], end: tuple[float, float]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the cells below a line."""
        steps = max(2, int(np.hypot(end[0] - start[0], end[1] - start[1]) / (CELL / 2)))
        t = np.linspace(0, 1, steps)
        columns = ((start[0] + t * (end[0] - start[0]) - self.frame.x) / CELL).astype(np.intp)
        rows = ((start[1] + t * (end[1] - start[1]) - self.frame.y) / CELL).astype(np.intp)
        return np.clip(rows, 0, self.any.shape[0] - 1), np.clip(columns, 0, self.any.shape[1] - 1)


def place(labels: Sequence[Label], frame: Box, *, avoid: Sequence[Box] = (), spare: Sequence[Box] = ()) -> list[Placed | None]:
    """Place texts in a frame; None for those without room.

    No two boxes overlap, none overlaps one of ``avoid``, and all lie in the frame. A text that need not be shown covers none of
    ``spare`` either; one that must be covers as little of them as it can. The same labels always get the same places.
    """
    occupied = _Occupied(frame)
    occupied.take(avoid)
    occupied.set_spare(spare)
    found: list[Placed | None] = [None] * len(labels)
    order = sorted(range(len(labels)), key=lambda n: (not labels[n].must, -labels[n].rank, n))
    musts = [n for n in order if labels[n].must]
    for wanted in (musts, order[len(musts) :]):
        for n in wanted:
            found[n] = _beside(labels[n], occupied)
        away = _outwards(labels)
        left = [n for n in wanted if labels[n].must and found[n] is None]
        # The outermost of a crowd first: their lines are short, and lie in nobody's way.
        for n in sorted(left, key=lambda n: (-labels[n].rank, -float(np.hypot(*away[n])), n)):
            found[n] = _led(labels[n], away[n], occupied)
    return found


def _box(x: float, y: float, label: Label) -> Spot:
    return Spot(x, y, 0.0, (Box(x - label.width / 2, y - label.height / 2, label.width, label.height),))


def beside(label: Label) -> list[Spot]:
    """Return the places beside a symbol, best first."""
    left, down, right, up = label.reach
    half_w, half_h = label.width / 2, label.height / 2
    across = {1: right + GAP + half_w, 0: 0.0, -1: -(left + GAP + half_w)}
    upward = {1: up + GAP + half_h, 0: 0.0, -1: -(down + GAP + half_h)}
    # At a corner a text is drawn in a little, as symbols are round.
    return [_box(label.x + across[h], label.y + upward[v] * (0.55 if h and v else 1.0), label) for h, v in BESIDE]


def _beside(label: Label, occupied: _Occupied) -> Placed | None:
    best: tuple[int, int, Spot] | None = None
    for turn, spot in enumerate(label.spots or beside(label)):
        if not occupied.free(spot.boxes):
            continue
        covered = occupied.covered(spot.boxes)
        if covered and not label.must:
            continue
        if best is None or covered < best[0]:
            best = covered, turn, spot
        if not covered:
            break
    if best is None:
        return None
    occupied.take(best[2].boxes, text=True)
    return Placed(best[2])


def _outwards(labels: Sequence[Label]) -> NDArray[np.float64]:
    """Return for each label the way out of the crowd around it: from the middle of its neighbours to itself."""
    must = np.array([label.must for label in labels], dtype=bool)
    xy = np.array([(label.x, label.y) for label in labels], dtype=float).reshape(-1, 2)
    out = np.zeros_like(xy)
    crowd = xy[must]
    for n in np.flatnonzero(must):
        near = crowd[np.hypot(*(crowd - xy[n]).T) <= NEARBY]
        out[n] = xy[n] - near.mean(axis=0)
    return out


def _led(label: Label, out: NDArray[np.float64], occupied: _Occupied) -> Placed | None:
    """Place a text away from its symbol: first where its line crosses nothing, then where it crosses no text."""
    ahead = float(np.arctan2(out[1], out[0])) if np.any(out) else 0.0
    radius = max(label.reach)
    rays = []
    for turn in sorted(range(DIRECTIONS), key=lambda n: (min(n, DIRECTIONS - n), n)):
        angle = ahead + turn * 2 * np.pi / DIRECTIONS
        rays.append(_Ray.cast(label, float(np.cos(angle)), float(np.sin(angle)), radius, occupied))
    for clear in ("free", "readable"):
        for ring in RINGS:
            for ray in rays:
                if ring > getattr(ray, clear):
                    continue
                far = radius + ring + ray.half
                spot = _box(label.x + ray.x * far, label.y + ray.y * far, label)
                if occupied.free(spot.boxes):
                    ends = [(label.x + ray.x * d, label.y + ray.y * d) for d in (radius, radius + ring - 0.2)]
                    occupied.take(spot.boxes, text=True)
                    occupied.any[occupied.along(ends[0], ends[1])] = True
                    return Placed(spot, (ends[0], ends[1]))
    return None


@dataclass(frozen=True)
class _Ray:
    """A way out of a symbol.

    Attributes
    ----------
    x, y
        Its direction.
    half
        From the near edge of a text on it to the text's middle.
    free, readable
        How far a line may run, in millimetres from the symbol's edge, before it crosses anything, and before it crosses a text.
    """

    x: float
    y: float
    half: float
    free: float
    readable: float

    @staticmethod
    def cast(label: Label, x: float, y: float, radius: float, occupied: _Occupied) -> _Ray:
        """Look along a direction."""
        length = radius + RINGS[-1]
        cells = occupied.along((label.x + x * (radius + CELL), label.y + y * (radius + CELL)), (label.x + x * length, label.y + y * length))
        step = (RINGS[-1] - CELL) / (len(cells[0]) - 1)
        half = min(label.width / 2 / max(abs(x), 1e-9), label.height / 2 / max(abs(y), 1e-9))

        def until(taken: Grid) -> float:
            hits = taken[cells]
            first = int(hits.argmax())
            return CELL + step * first if hits[first] else np.inf

        return _Ray(x, y, half, until(occupied.any), until(occupied.texts))
