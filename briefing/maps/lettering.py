"""Names and numbers before they have a place: how they are set, and where on a line or in an area they may stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import shapely

from briefing.maps import fonts
from briefing.maps.ground import Box
from briefing.maps.labels import Label, Spot
from briefing.maps.piece import Piece
from briefing.maps.styles import Letters
from briefing.maps.surface import Words
from briefing.maps.symbols import reach

WIDEST = 30.0  # longer names are broken
NUMBER = Letters(5.4, bold=True)
SMALLEST = 0.8  # of a number's size
STRAIGHT = 0.94  # the chord below a name on a line is at least this part of the line
AGAIN = 110.0  # a line's name comes again after so many millimetres


@dataclass(frozen=True)
class Name:
    """A label with its text as set."""

    label: Label
    lines: tuple[str, ...]
    letters: Letters
    size: float

    def words(self, spot: Spot, halo: float) -> list[Words]:
        """Return the texts to be written at a spot."""
        step = self.size * fonts.MM_PER_PT
        top = spot.y + fonts.height(self.size, len(self.lines)) / 2 - fonts.ASCENT * step
        turned = bool(spot.angle)
        a = np.radians(spot.angle)
        drop = (fonts.ASCENT - fonts.DESCENT) / 2 * step  # the baseline lies so far below the middle
        x, y = (spot.x + drop * float(np.sin(a)), spot.y - drop * float(np.cos(a))) if turned else (spot.x, top)
        return [
            Words(x, y - n * fonts.LINE * step, line, self.size, self.letters.colour, self.letters.bold, "middle", halo, spot.angle)
            for n, line in enumerate(self.lines)
        ]


def names(piece: Piece, frame: Box, unit: float) -> Iterator[Name]:
    """Yield the numbers and names of a layer."""
    drawn, style = piece.drawn, piece.style
    if drawn.numbers is not None and not style.inside:
        # Among crowded symbols, which are drawn smaller, the numbers are smaller too.
        letters = replace(NUMBER, size=NUMBER.size * max(SMALLEST, min(1.0, 1.25 * piece.scale / unit)))
        yield from _at_points(piece, [None if n is None else str(n) for n in drawn.numbers], letters, unit, must=True)
    if drawn.labels is None:
        return
    texts = [None if text is None else fonts.printable(text).strip() or None for text in drawn.labels]
    if style.draw == "point":
        yield from _at_points(piece, texts, style.letters, unit, must=drawn.must)
    elif style.draw == "line":
        yield from _on_lines(piece, texts, unit)
    else:
        yield from _in_areas(piece, texts, frame, unit)


def _set(text: str, letters: Letters, unit: float) -> tuple[tuple[str, ...], float, float, float]:
    """Return the lines of a text, its size in points, and its width and height in millimetres."""
    size = letters.size * unit
    lines = tuple(fonts.wrap(text, size, WIDEST * unit))
    return lines, size, max(fonts.width(line, size) for line in lines), fonts.height(size, len(lines))


def _at_points(piece: Piece, texts: list[str | None], letters: Letters, unit: float, *, must: bool) -> Iterator[Name]:
    around = reach(piece.style, piece.scale) if piece.style.draw == "point" else (0.0, 0.0, 0.0, 0.0)
    for n, (x, y) in zip(piece.index, piece.points, strict=True):
        text = texts[n]
        if text is None:
            continue
        lines, size, width, height = _set(text, letters, unit)
        yield Name(Label(width, height, float(x), float(y), around, piece.drawn.rank, must), lines, letters, size)


def _in_areas(piece: Piece, texts: list[str | None], frame: Box, unit: float) -> Iterator[Name]:
    for n, shape in zip(piece.index, piece.shapes, strict=True):
        text = texts[n]
        if text is None:
            continue
        lines, size, width, height = _set(text, piece.style.letters, unit)
        shown = shapely.clip_by_rect(shape, frame.x, frame.y, frame.right, frame.top)
        if shown.is_empty:
            continue
        x0, _, x1, _ = shown.bounds
        if x1 - x0 < 0.8 * width and not piece.drawn.must and shapely.get_dimensions(shown) == 2:
            continue  # the name would lie on the neighbours
        middle = shown.centroid if shapely.contains(shown, shown.centroid) else shown.point_on_surface()
        spots = []
        for down in (0.0, 1.2, -1.2, 2.4, -2.4, 3.6, -3.6):
            for side in (0.0, 0.35, -0.35, 0.7, -0.7):
                x, y = middle.x + side * width, middle.y - down * height
                if (down == side == 0.0) or shapely.contains_xy(shown, x, y):
                    spots.append(Spot(x, y, 0.0, (Box(x - width / 2, y - height / 2, width, height),)))
        label = Label(width, height, middle.x, middle.y, rank=piece.drawn.rank, must=piece.drawn.must, spots=tuple(spots))
        yield Name(label, lines, piece.style.letters, size)


def _on_lines(piece: Piece, texts: list[str | None], unit: float) -> Iterator[Name]:
    """Yield the name of each line once, and again far away; the pieces of a road of one name are one line."""
    letters = piece.style.letters
    of: dict[str, list[int]] = {}
    for position, n in enumerate(piece.index):
        text = texts[n]
        if text is not None:
            of.setdefault(text, []).append(position)
    for text, positions in of.items():
        size = letters.size * unit
        width, height = fonts.width(text, size), fonts.height(size)
        merged = shapely.get_parts(shapely.line_merge(shapely.union_all(piece.shapes[positions])))
        lines = merged[(shapely.get_dimensions(merged) == 1) & (shapely.length(merged) > width * 1.15)]
        for line in sorted(lines, key=lambda line: (-line.length, line.bounds))[:3]:
            pieces = max(1, int(line.length // (AGAIN * unit)))
            for k in range(pieces):
                spots = tuple(_spots(line, (k + 0.5) / pieces, 0.5 / pieces, width, height))
                if spots:
                    label = Label(
                        width, height, spots[0].x, spots[0].y, rank=piece.drawn.rank, must=piece.drawn.must and k == 0, spots=spots
                    )
                    yield Name(label, (text,), letters, size)


def _spots(line: shapely.LineString, middle: float, room: float, width: float, height: float) -> Iterator[Spot]:
    """Yield the straight places along a part of a line, from its middle outwards."""
    length = line.length
    for step in (0.0, 0.25, -0.25, 0.5, -0.5, 0.75, -0.75):
        centre = (middle + step * room) * length
        if centre - width / 2 < 0 or centre + width / 2 > length:
            continue
        ends = shapely.get_coordinates(shapely.line_interpolate_point(line, [centre - width / 2, centre + width / 2]))
        along = ends[1] - ends[0]
        chord = float(np.hypot(*along))
        if chord < STRAIGHT * width:
            continue
        angle = float(np.degrees(np.arctan2(along[1], along[0])))
        angle = round((angle + 90) % 180 - 90, 1)  # never upside down
        x, y = (float(c) for c in ends.mean(axis=0))
        yield Spot(x, y, angle, tuple(_cover(x, y, angle, width, height)))


def _cover(x: float, y: float, angle: float, width: float, height: float) -> Iterator[Box]:
    """Yield upright boxes that together cover a turned one."""
    a = np.radians(angle)
    count = max(1, int(np.ceil(width / height)))
    part = width / count
    wide = abs(part * np.cos(a)) + abs(height * np.sin(a))
    high = abs(part * np.sin(a)) + abs(height * np.cos(a))
    for k in range(count):
        off = (k + 0.5) * part - width / 2
        yield Box(float(x + off * np.cos(a) - wide / 2), float(y + off * np.sin(a) - high / 2), float(wide), float(high))
