"""The table of the numbered points: column widths from what stands in them, long cells broken, as many rows as there is room for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from matplotlib.path import Path
from numpy.typing import NDArray

from briefing.maps import fonts
from briefing.maps.content import PointTable
from briefing.maps.furniture import heading, paragraph, step
from briefing.maps.ground import Box
from briefing.maps.styles import FAINT, INK, RULE
from briefing.maps.surface import Surface, Words

CELL = 6.2  # points on A4
WIDEST = 34.0  # millimetres: a column is broken rather than wider
LEAST = 9.0
PAD = 1.0
BETWEEN = 4.0  # from one block of rows to the next

FIGURE = re.compile(r"[\d.,%\u2013-]*")

Row = tuple[tuple[str, ...], ...]  # the lines of each cell


@dataclass(frozen=True)
class Rows:
    """The table as set in blocks of a width.

    Attributes
    ----------
    table
        What is set.
    unit
        How much larger than on A4.
    """

    table: PointTable
    unit: float

    def natural(self) -> tuple[float, ...]:
        """Return how wide each column would be, within ``WIDEST``."""
        return _natural(self.table, self.unit)

    def width(self) -> float:
        """Return how wide a block is when its columns have room."""
        return sum(self.natural())

    def _blocks(self, width: float) -> tuple[int, tuple[float, ...]]:
        """Return how many blocks stand side by side, and how wide the columns of each are."""
        gap = BETWEEN * self.unit
        count = max(1, int((width + gap) // (self.width() + gap)))
        room = (width - gap * (count - 1)) / count
        return count, _shared(self.natural(), room, LEAST * self.unit)

    def _row(self, row: Sequence[str], columns: Sequence[float]) -> Row:
        return _row(tuple(row), tuple(columns), self.unit)

    def _line(self, lines: int) -> float:
        """Return how high a row of so many lines is."""
        return lines * step(CELL * self.unit) + 0.9 * self.unit

    def _high(self, row: Row) -> float:
        return self._line(max(map(len, row)))

    def top(self, width: float) -> float:
        """Return how high the heading and the line of the columns' names are."""
        names = self._row(self.table.columns, self._blocks(width)[1])
        return 5.2 * self.unit + self._high(names)

    def fitting(self, width: float, height: float, first: int = 0) -> list[range]:
        """Return which rows from ``first`` on fit, by block."""
        count, columns = self._blocks(width)
        room = height - self.top(width)
        most = first + int(count * max(room, 0.0) / self._line(1)) + 1  # no more than these can fit
        highs = self._highs(columns, first, most)
        if most >= len(self.table.rows) and sum(highs) <= count * room:  # all fit, or nearly: blocks of one height
            room = min(room, sum(highs) / count + max(highs, default=0.0))
        blocks, last = [], first
        for _ in range(count):
            start, used = last, 0.0
            while last - first < len(highs) and used + highs[last - first] <= room + 1e-9:
                used += highs[last - first]
                last += 1
            blocks.append(range(start, last))
        return blocks

    def _highs(self, columns: Sequence[float], first: int, after: int) -> list[float]:
        """Return how high rows are; only those with a cell wider than its column are broken to find out."""
        wide = _cells_wide(self.table, self.unit)[first:after]
        rows = self.table.rows[first:after]
        whole = np.all(wide <= np.asarray(columns) - PAD * self.unit, axis=1).tolist()
        return [self._line(1) if fits else self._high(self._row(row, columns)) for row, fits in zip(rows, whole, strict=True)]

    def draw(self, surface: Surface, box: Box, title: str, first: int = 0) -> int:
        """Draw rows from ``first`` on from the top of a box; return how many were drawn."""
        u = self.unit
        heading(surface, title, box, u)
        columns = self._blocks(box.width)[1]
        names = self._row(self.table.columns, columns)
        blocks = [block for block in self.fitting(box.width, box.height, first) if block]
        across = sum(columns)
        words: list[Words] = []
        rules: list[tuple[float, float]] = []
        for n, block in enumerate(blocks):
            x, top = box.x + n * (across + BETWEEN * u), box.top - 5.2 * u
            words += self._cells(names, columns, x, top, heading=True)
            top -= self._high(names)
            surface.line((x, top), (x + across, top), colour=INK, width=0.2 * u)
            for k in block:
                row = self._row(self.table.rows[k], columns)
                words += self._cells(row, columns, x, top)
                top -= self._high(row)
                rules.append((x, top))
        surface.write(words, name="table")
        surface.stroke([Path.make_compound_path(*(Path([(x, y), (x + across, y)]) for x, y in rules))], RULE, 0.1 * u)
        return sum(map(len, blocks))

    def _cells(self, row: Row, columns: Sequence[float], x: float, top: float, *, heading: bool = False) -> Iterator[Words]:
        figures = _figures(self.table)
        for n, (lines, width) in enumerate(zip(row, columns, strict=True)):
            words = Words(0, 0, "", CELL * self.unit, FAINT if heading else INK, bold=n == 0 and figures[0] and not heading)
            left = x + 0.3 * self.unit
            if n and figures[n]:  # figures stand under one another
                words, left = replace(words, align="right"), x + width - 2.2 * self.unit
            yield from paragraph(lines, left, top - 0.5 * self.unit, words)
            x += width


@lru_cache(maxsize=8)
def _cells_wide(table: PointTable, unit: float) -> NDArray[np.float64]:
    """Return how wide each cell is, rows by columns."""
    return np.array([[fonts.width(cell, CELL * unit) for cell in row] for row in table.rows]).reshape(-1, len(table.columns))


@lru_cache(maxsize=8)
def _figures(table: PointTable) -> tuple[bool, ...]:
    """Tell which columns hold figures alone."""
    return tuple(
        any(any(c.isdigit() for c in row[n]) for row in table.rows) and all(FIGURE.fullmatch(row[n]) for row in table.rows)
        for n in range(len(table.columns))
    )


@lru_cache(maxsize=8)
def _natural(table: PointTable, unit: float) -> tuple[float, ...]:
    names = np.array([[fonts.width(name, CELL * unit) for name in table.columns]])
    widest = np.concatenate((names, _cells_wide(table, unit))).max(axis=0) + 2 * PAD * unit
    return tuple(float(width) for width in np.minimum(widest, WIDEST * unit))


@lru_cache(maxsize=4096)
def _row(row: tuple[str, ...], columns: tuple[float, ...], unit: float) -> Row:
    return tuple(tuple(fonts.wrap(cell, CELL * unit, width - PAD * unit)) for cell, width in zip(row, columns, strict=True))


def _shared(natural: Sequence[float], room: float, least: float) -> tuple[float, ...]:
    """Share a width out to columns: what is over goes to all, what lacks is taken from the widest.

    >>> _shared((10.0, 30.0), 60.0, 5.0), _shared((10.0, 30.0), 30.0, 5.0)
    ((15.0, 45.0), (10.0, 20.0))
    """
    if sum(natural) <= room:
        return tuple(width * room / sum(natural) for width in natural)
    most = max(natural)
    while most > least and sum(min(width, most) for width in natural) > room:
        most = max(least, most - 0.25)
    cut = [min(width, most) for width in natural]
    return tuple(width * min(1.0, room / sum(cut)) for width in cut)
