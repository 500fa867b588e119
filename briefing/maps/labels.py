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
CLOSE = 0.05  # for want of room
# Where a name stands beside its place, best first: right, left, above, below, then the corners.
BESIDE = ((1, 0), (1, 1), (1, -1), (-1, 0), (-1, 1), (-1, -1), (0, 1), (0, -1))
# How far a leader line may go, and in how many directions.
RINGS = (2.2, 3.4, 4.8, 6.5, 8.5, 11.0, 14.0, 17.5, 21.5, 26.0, 31.0, 37.0, 44.0)
DIRECTIONS = 32
ROUNDS = 6
TANGLE = 4.0  # millimetres: a leader line crosses no more of symbols and other lines
FURTHER = 3  # rings, each round that a text finds no room
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
        return self._at(np.array(start) + np.linspace(0, 1, steps)[:, None] * (np.array(end) - start))

    def _at(self, xy: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the cells of some places; of those outside the frame the nearest."""
        cells = ((xy - (self.frame.x, self.frame.y)) / CELL).astype(np.intp)
        return np.clip(cells[..., 1], 0, self.any.shape[0] - 1), np.clip(cells[..., 0], 0, self.any.shape[1] - 1)

    def sight(self, start: NDArray[np.float64], way: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return how far lines may run before they cross anything, and before they cross a text or too much else, in millimetres."""
        ahead = np.arange(CELL, RINGS[-1] + CELL, CELL)
        cells = self._at(start[:, None] + way[:, None] * ahead[:, None])
        hits = self.any[cells]
        tangled = self.texts[cells] | (hits.cumsum(axis=1) * CELL > TANGLE)
        return _first(hits, ahead), _first(tangled, ahead)

    def room(self, middles: NDArray[np.float64], width: float, height: float) -> Grid:
        """Tell for many places of one text whether it is free there; as ``free``, at once."""
        high, wide = self.any.shape
        corner = (middles - (self.frame.x + width / 2, self.frame.y + height / 2)) / CELL
        left, low = np.floor(corner[..., 0]).astype(int), np.floor(corner[..., 1]).astype(int)
        right, top = np.ceil(corner[..., 0] + width / CELL).astype(int), np.ceil(corner[..., 1] + height / CELL).astype(int)
        inside = (left >= 0) & (low >= 0) & (right <= wide) & (top <= high)
        # The widest box covers all of them; a box's last cell stands in for those it has not.
        rows = np.minimum(low[..., None] + np.arange(max(int((top - low).max()), 1)), top[..., None] - 1).clip(0, high - 1)
        columns = np.minimum(left[..., None] + np.arange(max(int((right - left).max()), 1)), right[..., None] - 1).clip(0, wide - 1)
        return np.asarray(inside & ~self.any[rows[..., :, None], columns[..., None, :]].any(axis=(-2, -1)))


def _first(hits: Grid, ahead: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where each line is hit first; infinity where never."""
    return np.where(hits.any(axis=1), ahead[hits.argmax(axis=1)], np.inf)


def place(labels: Sequence[Label], frame: Box, *, avoid: Sequence[Box] = (), spare: Sequence[Box] = ()) -> list[Placed | None]:
    """Place texts in a frame; None for those without room.

    No two boxes overlap, none overlaps one of ``avoid``, and all lie in the frame. A text that need not be shown covers none of
    ``spare`` either; one that must be covers as little of them as it can. The same labels always get the same places.
    """
    best: list[Placed | None] = []
    least = len(labels) + 1
    level = np.zeros(len(labels), dtype=int)
    for _ in range(ROUNDS):
        found = _round(labels, frame, avoid, spare, level)
        lost = [n for n, label in enumerate(labels) if label.must and found[n] is None]
        if len(lost) < least:
            best, least = found, len(lost)
        if not lost:
            break
        level[lost] += 1
    return best


def _round(labels: Sequence[Label], frame: Box, avoid: Sequence[Box], spare: Sequence[Box], level: NDArray[np.int_]) -> list[Placed | None]:
    """Place texts; those that found no room in ``level`` rounds come first, on ever longer lines, before others shut them in."""
    occupied = _Occupied(frame)
    occupied.take(avoid)
    occupied.set_spare(spare)
    found: list[Placed | None] = [None] * len(labels)
    order = sorted(range(len(labels)), key=lambda n: (-labels[n].rank, n))
    musts = [n for n in order if labels[n].must]
    away = _outwards(labels)
    # The outermost of a crowd first: their lines are short, and lie in nobody's way.
    outer = sorted(musts, key=lambda n: (-level[n], -labels[n].rank, -float(np.hypot(*away[n])), n))
    for n in outer:
        if level[n]:
            found[n] = _led(labels[n], away[n], occupied, RINGS[min(FURTHER * int(level[n] - 1), len(RINGS) - 1)])
    for n in musts:
        if found[n] is None:
            found[n] = _beside(labels[n], occupied)
    for n in outer:
        if found[n] is None and not level[n]:
            found[n] = _led(labels[n], away[n], occupied, 0.0)
    for n in order:
        if not labels[n].must:
            found[n] = _beside(labels[n], occupied)
    return found


def _box(x: float, y: float, label: Label) -> Spot:
    return Spot(x, y, 0.0, (Box(x - label.width / 2, y - label.height / 2, label.width, label.height),))


def beside(label: Label, gap: float = GAP) -> list[Spot]:
    """Return the places beside a symbol, best first."""
    left, down, right, up = label.reach
    half_w, half_h = label.width / 2, label.height / 2
    across = {1: right + gap + half_w, 0: 0.0, -1: -(left + gap + half_w)}
    upward = {1: up + gap + half_h, 0: 0.0, -1: -(down + gap + half_h)}
    # At a corner a text is drawn in a little, as symbols are round.
    return [_box(label.x + across[h], label.y + upward[v] * (0.55 if h and v else 1.0), label) for h, v in BESIDE]


def _beside(label: Label, occupied: _Occupied) -> Placed | None:
    best: tuple[int, int, Spot] | None = None
    spots = label.spots or [*beside(label), *(beside(label, CLOSE) if label.must else [])]
    for turn, spot in enumerate(spots):
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


def _led(label: Label, out: NDArray[np.float64], occupied: _Occupied, nearest: float) -> Placed | None:
    """Place a text away from its symbol, where its line crosses nothing, else no text and little of anything else.

    The shortest line from ``nearest`` on is taken, and of these the one that leads most directly out of the crowd.
    """
    ahead = float(np.arctan2(out[1], out[0])) if np.any(out) else 0.0
    turn = np.array(sorted(range(DIRECTIONS), key=lambda n: (min(n, DIRECTIONS - n), n)))
    angle = ahead + turn * 2 * np.pi / DIRECTIONS
    way = np.column_stack((np.cos(angle), np.sin(angle)))
    radius = max(label.reach)
    start = np.array((label.x, label.y)) + way * radius
    free, readable = occupied.sight(start, way)
    # From the near edge of a text to its middle.
    half = np.min(np.array((label.width, label.height)) / 2 / np.maximum(np.abs(way), 1e-9), axis=1)
    rings = np.array(sorted(RINGS, key=lambda ring: (ring < nearest, ring)))
    middles = start[None] + way[None] * (rings[:, None] + half[None])[..., None]
    room = occupied.room(middles, label.width, label.height)
    for clear in (free, readable):
        fits = np.argwhere(room & (rings[:, None] <= clear[None]))
        if len(fits):
            ring, ray = fits[0]
            x, y = middles[ring, ray].tolist()
            end = start[ray] + way[ray] * (rings[ring] - 0.2)
            leader = ((float(start[ray, 0]), float(start[ray, 1])), (float(end[0]), float(end[1])))
            spot = _box(x, y, label)
            occupied.take(spot.boxes, text=True)
            occupied.any[occupied.along(*leader)] = True
            return Placed(spot, leader)
    return None
