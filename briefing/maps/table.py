"""The table of the numbered points: column widths from what stands in them, long cells broken, as many rows as there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

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

    def _high(self, row: Row) -> float:
        return max(map(len, row)) * step(CELL * self.unit) + 0.9 * self.unit

    def top(self, width: float) -> float:
        """Return how high the heading and the line of the columns' names are."""
        names = self._row(self.table.columns, self._blocks(width)[1])
        return 5.2 * self.unit + self._high(names)

    def fitting(self, width: float, height: float, first: int = 0) -> list[range]:
        """Return which rows from ``first`` on fit, by block."""
        count, columns = self._blocks(width)
        room, blocks = height - self.top(width), []
        for _ in range(count):
            used, last = 0.0, first
            while last < len(self.table.rows):
                used += self._high(self._row(self.table.rows[last], columns))
                if used > room:
                    break
                last += 1
            blocks.append(range(first, last))
            first = last
        return blocks

    def draw(self, surface: Surface, box: Box, title: str, first: int = 0) -> int:
        """Draw rows from ``first`` on from the top of a box; return how many were drawn."""
        u = self.unit
        heading(surface, title, box, u)
        columns = self._blocks(box.width)[1]
        names = self._row(self.table.columns, columns)
        blocks = [block for block in self.fitting(box.width, box.height, first) if block]
        wide = sum(columns) + BETWEEN * u
        for n, block in enumerate(blocks):
            x, top = box.x + n * wide, box.top - 5.2 * u
            top = self._draw_row(surface, names, columns, x, top, bold=True)
            surface.line((x, top), (x + sum(columns), top), colour=INK, width=0.2 * u)
            for k in block:
                top = self._draw_row(surface, self._row(self.table.rows[k], columns), columns, x, top)
                surface.line((x, top), (x + sum(columns), top), colour=RULE, width=0.1 * u)
        return sum(map(len, blocks))

    def _draw_row(self, surface: Surface, row: Row, columns: Sequence[float], x: float, top: float, *, bold: bool = False) -> float:
        for n, (lines, width) in enumerate(zip(row, columns, strict=True)):
            words = Words(0, 0, "", CELL * self.unit, FAINT if bold else INK, bold=n == 0 and not bold)
            paragraph(surface, lines, x + 0.3 * self.unit, top - 0.5 * self.unit, words)
            x += width
        return top - self._high(row)


@lru_cache(maxsize=64)
def _natural(table: PointTable, unit: float) -> tuple[float, ...]:
    def wide(column: int) -> float:
        cells = (table.columns[column], *(row[column] for row in table.rows))
        return min(max(fonts.width(cell, CELL * unit) for cell in cells) + 2 * PAD * unit, WIDEST * unit)

    return tuple(wide(column) for column in range(len(table.columns)))


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
