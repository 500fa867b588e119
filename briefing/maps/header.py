"""The head of a sheet: title, unit and moment, headline figures, and the marks in the corner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from briefing.maps import fonts
from briefing.maps.content import Content
from briefing.maps.furniture import BODY, SMALL, paragraph, step
from briefing.maps.ground import Box
from briefing.maps.styles import FAINT, INK, RULE, VERMILLION
from briefing.maps.surface import Surface, Words


@dataclass(frozen=True)
class Header:
    """Title, unit, moment, marks in the corner, headline figures: beside the title where there is room, else below it."""

    content: Content
    unit: float

    def _marks(self) -> tuple[float, float]:
        """Return the width of the widest mark, and how far the marks reach down."""
        size = BODY * self.unit
        wide = max((fonts.width(mark, size) for mark in self.content.marks), default=-3.0 * self.unit) + 3.0 * self.unit
        return wide, len(self.content.marks) * 5.2 * self.unit

    def _title(self, width: float) -> tuple[list[str], float]:
        room = width - self._marks()[0] - 3 * self.unit
        return fonts.fitted(self.content.title, 17 * self.unit, room, least=11.5 * self.unit)

    def _under(self, width: float) -> list[str]:
        text = "    ".join(part for part in (self.content.unit, self.content.moment) if part)
        return fonts.wrap(text, BODY * 1.12 * self.unit, width - self._marks()[0] - 3 * self.unit)

    def _cells(self, lines: int = 1) -> list[float]:
        """Return how wide each headline figure is, its label in so many lines."""
        u = self.unit

        def wide(label: str) -> float:
            whole = fonts.width(label, SMALL * u)
            return whole if lines == 1 or whole < 14 * u else 0.56 * whole

        return [max(fonts.width(text, 13 * u), wide(label)) + 4.5 * u for label, text in self.content.figures]

    def _rows(self, width: float) -> tuple[list[list[int]], int]:
        """Return which figures stand in which row, and in how many lines the labels are: two where that saves a row."""
        whole, broken = (self._filled(self._cells(lines), width) for lines in (1, 2))
        return (broken, 2) if len(broken) < len(whole) else (whole, 1)

    @staticmethod
    def _filled(cells: Sequence[float], width: float) -> list[list[int]]:
        rows: list[list[int]] = []
        used = width + 1
        for n, cell in enumerate(cells):
            if used + cell > width:
                rows.append([])
                used = 0.0
            rows[-1].append(n)
            used += cell
        return rows

    def _aside(self, width: float) -> bool:
        """Tell whether the figures stand to the right of the title."""
        lines, size = self._title(width)
        text = max(fonts.width(line, size) for line in lines)
        text = max([text, *(fonts.width(line, BODY * 1.12 * self.unit) for line in self._under(width))])
        return text + sum(self._cells()) + self._marks()[0] + 10 * self.unit <= width

    def _below(self, width: float) -> float:
        """Return how high the figures below the title are."""
        if not self.content.figures or self._aside(width):
            return 0.0
        rows, lines = self._rows(width)
        return (10.5 + 2.8 * (lines - 1)) * self.unit * len(rows)

    def height(self, width: float) -> float:
        """Return how high it is."""
        lines, size = self._title(width)
        text = len(lines) * step(size) + len(self._under(width)) * step(BODY * 1.12 * self.unit) + 1.5 * self.unit
        return max(text, self._marks()[1] + self.unit) + self._below(width)

    def draw(self, surface: Surface, box: Box) -> None:
        """Draw it."""
        u, content = self.unit, self.content
        lines, size = self._title(box.width)
        below = box.top - len(lines) * step(size)
        surface.write(paragraph(lines, box.x, box.top, Words(0, 0, "", size, INK, bold=True)))
        surface.write(paragraph(self._under(box.width), box.x, below, Words(0, 0, "", BODY * 1.12 * u, FAINT)))
        wide = self._marks()[0]
        for n, mark in enumerate(content.marks):
            plate = Box(box.right - wide, box.top - (n + 1) * 5.2 * u + 0.8 * u, wide, 4.4 * u)
            surface.box(plate, edge=VERMILLION, width=0.3 * u)
            surface.write([Words(plate.x + wide / 2, plate.y + 1.25 * u, mark, BODY * u, VERMILLION, bold=True, align="middle")])
        if self._aside(box.width):
            everything = range(len(content.figures))
            self._figures(surface, everything, box.right - wide - 4 * u - sum(self._cells()), box.top, 1)
            return
        high = self._below(box.width)
        rows, lines_each = self._rows(box.width)
        for n, row in enumerate(rows):
            self._figures(surface, row, box.x, box.top - self.height(box.width) + high - n * high / len(rows), lines_each)

    def _figures(self, surface: Surface, which: Sequence[int], x: float, top: float, lines: int) -> None:
        u, cells = self.unit, self._cells(lines)
        for n in which:
            label, text = self.content.figures[n]
            foot = top - (8.8 + 2.8 * (lines - 1)) * u
            surface.line((x, top - 1.2 * u), (x, foot), colour=RULE, width=0.25 * u)
            surface.write([Words(x + 1.6 * u, top - 5.1 * u, text, 13 * u, INK, bold=True)])
            told = fonts.wrap(label, SMALL * u, cells[n] - 2.4 * u)
            surface.write(paragraph(told, x + 1.6 * u, top - 6.4 * u, Words(0, 0, "", SMALL * u, FAINT)))
            x += cells[n]
