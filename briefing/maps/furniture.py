"""What stands around the map: legend, notes, inset, scale bar. Each knows its height at a width, and draws itself."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import shapely
from matplotlib.path import Path
from pyproj import Transformer

from briefing.maps import fonts, shapes
from briefing.maps.content import Entry
from briefing.maps.ground import Box, Geometries, Ground, projection
from briefing.maps.styles import FAINT, INK, PAPER, RULE, STYLES, VERMILLION, Style
from briefing.maps.surface import Surface, Words
from briefing.maps.symbols import HEAD, Stamp, disc, stamps
from words import Translate

BODY = 7.0  # points on A4, of all that is read
SMALL = 5.9
HEADING = 8.0


def step(size: float) -> float:
    """Return from one baseline to the next, in millimetres."""
    return size * fonts.MM_PER_PT * fonts.LINE


def paragraph(lines: Sequence[str], x: float, top: float, words: Words) -> list[Words]:
    """Return lines that run downwards from ``top``, set as ``words`` is."""
    first = top - fonts.ASCENT * words.size * fonts.MM_PER_PT
    return [replace(words, x=x, y=first - n * step(words.size), text=line) for n, line in enumerate(lines) if line]


@dataclass(frozen=True)
class Legend:
    """The symbols on this sheet, what they are called, and how many there are."""

    entries: Sequence[Entry]
    heading: str
    unit: float

    def natural(self) -> float:
        """Return how wide one column is when nothing is broken."""
        u = self.unit
        widest = max((fonts.width(self._text(entry), BODY * u) for entry in self.entries), default=0.0)
        return max(11.5 * u + widest, fonts.width(self.heading, HEADING * u))

    @staticmethod
    def _text(entry: Entry) -> str:
        return entry.text if entry.count is None else f"{entry.text}  {entry.count}"

    def _columns(self, width: float) -> list[list[tuple[Entry, list[str]]]]:
        """Return the entries by column, each with its lines, the columns about equally high."""
        u = self.unit
        count = max(1, min(len(self.entries), int((width + 3 * u) // (self.natural() + 3 * u))))
        room = width / count - 9.5 * u
        broken = [(entry, fonts.wrap(self._text(entry), BODY * u, room)) for entry in self.entries]
        most = math.ceil(len(broken) / count) if count else 0
        return [broken[n : n + most] for n in range(0, len(broken), most)] if broken else []

    def _high(self, lines: Sequence[str]) -> float:
        return max(4.3 * self.unit, len(lines) * step(BODY * self.unit) + 0.8 * self.unit)

    def height(self, width: float) -> float:
        """Return how high it is."""
        if not self.entries:
            return 0.0
        return 5.6 * self.unit + max(sum(self._high(lines) for _, lines in column) for column in self._columns(width))

    def draw(self, surface: Surface, box: Box) -> None:
        """Draw it from the top of its box."""
        if not self.entries:
            return
        u = self.unit
        heading(surface, self.heading, box, u)
        columns = self._columns(box.width)
        words: list[Words] = []
        for n, column in enumerate(columns):
            x, y = box.x + n * box.width / len(columns), box.top - 5.6 * u
            for entry, lines in column:
                high = self._high(lines)
                _sample(surface, STYLES[entry.style], x + 3.6 * u, y - 2.15 * u, u)
                middle = y - 2.15 * u + fonts.height(BODY * u) / 2
                words += paragraph(lines, x + 8.4 * u, middle, Words(0, 0, "", BODY * u))
                y -= high
        surface.write(words)


def heading(surface: Surface, text: str, box: Box, unit: float) -> None:
    """Write a heading over a thin rule."""
    surface.write([Words(box.x, box.top - 3.0 * unit, text, HEADING * unit, INK, bold=True)])
    surface.line((box.x, box.top - 4.3 * unit), (box.right, box.top - 4.3 * unit), colour=RULE, width=0.2 * unit)


def _sample(surface: Surface, style: Style, x: float, y: float, u: float) -> None:
    """Draw a piece of what a style draws, around a place."""
    if style.draw == "point":
        rise = -1.2 if style.shape in ("flag", "banner") else 0.0
        small = min(1.0, 1.75 / style.size)
        surface.stamp(stamps(style, u * small), np.array([(x, y + rise * style.size * u)]))
        return
    half = 3.0 * u
    if style.draw == "line":
        line = shapely.linestrings([[(x - half, y), (x + half, y)]])
        if style.casing:
            surface.stroke(shapes.line_paths(line), style.casing, (style.width + 0.22) * u)
        surface.stroke(shapes.line_paths(line), style.colour, style.width * u, dash=[part * u for part in style.dash])
        if style.heads:
            surface.fill(shapes.heads(line, 99.0, 1.15 * u), style.colour)
        return
    swatch = np.array([shapely.box(x - half, y - 1.45 * u, x + half, y + 1.45 * u)], dtype=object)
    if style.fill:
        surface.fill(shapes.area_paths(swatch), style.colour, alpha=style.fill)
    if style.pattern in ("bars", "hatch", "falling"):
        surface.stroke(
            shapes.hatching(swatch, (1.7 if style.pattern == "bars" else 2.0) * u, falling=style.pattern == "falling"),
            style.colour,
            (0.28 if style.pattern == "bars" else 0.16) * u,
        )
    elif style.pattern:
        spots = shapes.dots(
            np.array([shapely.box(x - half + 0.4 * u, y - 1.1 * u, x + half - 0.4 * u, y + 1.1 * u)], dtype=object), 1.5 * u
        )
        surface.stamp([Stamp(disc((0.38 if style.pattern == "spots" else 0.16) * u), style.colour)], spots)
    surface.stroke(shapes.line_paths(swatch), style.colour, max(style.width, 0.12) * u, dash=[part * u for part in style.dash])


@dataclass(frozen=True)
class Notes:
    """Lines of what is not drawn, and why."""

    lines: Sequence[str]
    heading: str
    unit: float

    def _broken(self, width: float) -> list[list[str]]:
        return [fonts.wrap(line, SMALL * self.unit, width) for line in self.lines]

    def height(self, width: float) -> float:
        """Return how high they are."""
        if not self.lines:
            return 0.0
        return 5.4 * self.unit + sum(len(lines) * step(SMALL * self.unit) + 0.5 * self.unit for lines in self._broken(width))

    def draw(self, surface: Surface, box: Box) -> None:
        """Draw them from the top of their box."""
        if not self.lines:
            return
        heading(surface, self.heading, box, self.unit)
        top = box.top - 5.4 * self.unit
        for lines in self._broken(box.width):
            surface.write(paragraph(lines, box.x, top, Words(0, 0, "", SMALL * self.unit, FAINT)))
            top -= len(lines) * step(SMALL * self.unit) + 0.5 * self.unit


@dataclass(frozen=True, eq=False)
class Locator:
    """The inset: outlines around, the one that lies in this sheet filled, and the frame of the map."""

    outlines: Geometries
    here: Geometries
    unit: float

    @cached_property
    def _turn(self) -> Transformer:
        west, south, east, north = shapely.total_bounds(np.concatenate((self.outlines, self.here)))
        return projection(float(west + east) / 2, float(south + north) / 2)

    def _metres(self, outlines: Geometries) -> Geometries:
        flat = shapely.force_2d(outlines[~(shapely.is_missing(outlines) | shapely.is_empty(outlines))])
        return np.asarray(shapely.transform(flat, lambda xy: np.column_stack(self._turn.transform(xy[:, 0], xy[:, 1]))), dtype=object)

    @cached_property
    def _bounds(self) -> tuple[float, float, float, float]:
        """Return what is shown, in metres: all outlines with some room."""
        x0, y0, x1, y1 = (float(edge) for edge in shapely.total_bounds(self._metres(np.concatenate((self.outlines, self.here)))))
        pad = 0.05 * max(x1 - x0, y1 - y0, 100.0)
        return x0 - pad, y0 - pad, x1 + pad, y1 + pad

    def height(self, width: float) -> float:
        """Return how high it is: as its outlines are, but no tower."""
        x0, y0, x1, y1 = self._bounds
        return min(width * (y1 - y0) / (x1 - x0), 1.15 * width)

    def draw(self, surface: Surface, box: Box, ground: Ground) -> None:
        """Draw it in its box."""
        x0, y0, x1, y1 = self._bounds
        scale = min(box.width / (x1 - x0), box.height / (y1 - y0))
        centre = np.array((box.x + box.width / 2, box.y + box.height / 2))
        middle = np.array(((x0 + x1) / 2, (y0 + y1) / 2))

        def on_paper(outlines: Geometries) -> Geometries:
            placed = shapely.transform(self._metres(outlines), lambda xy: (xy - middle) * scale + centre)
            return np.asarray(shapely.simplify(placed, 0.08), dtype=object)

        here, around = on_paper(self.here), on_paper(self.outlines)
        window = on_paper(np.array([shapely.box(*ground.degrees())], dtype=object))
        surface.box(box, face="#f4f5f5")
        surface.fill(shapes.area_paths(here), "#9aa5ae", clip=box, name="locator")
        surface.stroke(shapes.line_paths(around), FAINT, 0.12 * self.unit, clip=box, name="locator")
        surface.stroke(shapes.line_paths(here), INK, 0.3 * self.unit, clip=box, name="locator")
        # A frame as large as the inset says nothing.
        if shapely.area(window[0]) < 0.8 * box.width * box.height:
            surface.stroke(shapes.line_paths(window), VERMILLION, 0.4 * self.unit, clip=box, name="locator")
        surface.box(box, edge=FAINT, width=0.2 * self.unit)


@dataclass(frozen=True)
class Strip:
    """The line below the map: north arrow, scale bar and scale, and whose data these are. Shown in another size, 1:n would be false."""

    credits: Sequence[str]
    translate: Translate
    unit: float
    ratio: bool = True

    def _lines(self, width: float) -> list[str]:
        room = max(width - 78 * self.unit, 40 * self.unit)
        return [line for credit in self.credits for line in fonts.wrap(credit, SMALL * self.unit, room)]

    def height(self, width: float) -> float:
        """Return how high it is."""
        return max(9.0 * self.unit, len(self._lines(width)) * step(SMALL * self.unit) + 2.5 * self.unit)

    def draw(self, surface: Surface, box: Box, ground: Ground) -> None:
        """Draw it."""
        u, top = self.unit, box.top - 1.6 * self.unit
        north = Path(np.asarray(HEAD.vertices) * 2.3 * u + (box.x + 3 * u, top - 2.4 * u), HEAD.codes)
        surface.fill([north], INK)
        surface.write([Words(box.x + 6.2 * u, top - 3.4 * u, self.translate("N"), BODY * 1.1 * u, INK, bold=True)])
        self._bar(surface, box.x + 13 * u, top, ground)
        lines = self._lines(box.width)
        surface.write(paragraph(lines, box.right, top + 0.4 * u, Words(0, 0, "", SMALL * u, FAINT, align="right")))

    def _bar(self, surface: Surface, x: float, top: float, ground: Ground) -> None:
        u = self.unit
        metres = round_length(42 * u * ground.denominator / 1000)
        length = metres * 1000 / ground.denominator
        high, base = 1.1 * u, top - 4.4 * u
        for n in range(4):
            part = Box(x + n * length / 4, base, length / 4, high)
            surface.box(part, face=INK if n % 2 == 0 else PAPER)
        surface.box(Box(x, base, length, high), edge=INK, width=0.15 * u)
        whole = metres >= 1000
        marks = [(share, metres * share / (1000 if whole else 1)) for share in (0.0, 0.5, 1.0)]
        unit = "km" if whole else "m"
        ticks = [
            Words(x + share * length, top - 2.4 * u, f"{value:g}" + (f" {unit}" if share == 1 else ""), SMALL * u, align="middle")
            for share, value in marks
        ]
        ratio = f"1:{ground.denominator:,.0f}".replace(",", " ") if self.ratio else ""
        surface.write([*ticks, Words(x + length + 5.5 * u, base, ratio, SMALL * u, FAINT)])


def round_length(most: float) -> float:
    """Return the longest round length in metres (1, 2, 4 or 5 times a power of ten) that is no longer.

    >>> [round_length(most) for most in (12.0, 490.0, 990.0, 4300.0)]
    [10.0, 400.0, 500.0, 4000.0]
    """
    power = 10.0 ** math.floor(math.log10(most))
    return max(times * power for times in (1, 2, 4, 5) if times * power <= most)
