"""The map in its frame: layers drawn from the ground up, then every name and number in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from briefing.maps import fonts, labels, shapes
from briefing.maps.content import Drawn
from briefing.maps.ground import Box, Ground
from briefing.maps.lettering import Name, names
from briefing.maps.piece import Piece, pieces
from briefing.maps.styles import INK, PAPER
from briefing.maps.surface import Surface, Words
from briefing.maps.symbols import Stamp, disc, reach, stamps, turned

HALO = 0.32
LEADER = 0.13
SPACING = {"bars": 1.7, "spots": 1.9, "hatch": 2.4, "falling": 2.4, "dots": 1.7}  # of patterns, in millimetres
TURN = 5  # degrees: arrows are turned in such steps


def draw(surface: Surface, drawn: Sequence[Drawn], ground: Ground, unit: float, *, avoid: Sequence[Box] = ()) -> int:
    """Draw layers into the frame of the ground; return how many numbers and names that must be shown found no room."""
    found = pieces(drawn, ground, unit)
    lines = float(np.clip((30_000 / ground.denominator) ** 0.45, 0.3, 1.5)) * unit
    for piece in found:
        if not len(piece.index):
            continue
        if piece.style.draw == "point":
            _points(surface, piece, ground)
        elif piece.style.draw == "line":
            _lines(surface, piece, ground.frame, lines if piece.style.ground else unit)
        else:
            _areas(surface, piece, ground.frame, unit)
    wanted = [name for piece in found for name in names(piece, ground.frame, unit)]
    numbered, others = _obstacles(found)
    placed = labels.place([name.label for name in wanted], ground.frame, avoid=[*avoid, *numbered], spare=others)
    _write(surface, wanted, placed, ground.frame, unit)
    _inside(surface, found, ground.frame, unit)
    return sum(name.label.must and spot is None for name, spot in zip(wanted, placed, strict=True))


def _areas(surface: Surface, piece: Piece, frame: Box, unit: float) -> None:
    style, name = piece.style, piece.drawn.name
    fills = shapes.area_paths(piece.shapes)
    if style.fill:
        surface.fill(fills, style.colour, alpha=style.fill, clip=frame, name=name)
    if style.pattern in ("bars", "hatch", "falling"):
        width = 0.28 if style.pattern == "bars" else 0.16
        lines = shapes.hatching(piece.shapes, SPACING[style.pattern] * unit, falling=style.pattern == "falling")
        surface.stroke(lines, style.colour, width * unit, clip=frame, name=name)
    elif style.pattern:
        radius = 0.38 if style.pattern == "spots" else 0.16
        grid = shapes.dots(piece.shapes, SPACING[style.pattern] * unit)
        surface.stamp([Stamp(disc(radius * unit), style.colour)], grid, clip=frame, name=name)
    if style.width:
        dash = [part * unit for part in style.dash]
        surface.stroke(shapes.line_paths(piece.shapes), style.colour, style.width * unit, dash=dash, clip=frame, name=name)
    points = piece.shapes[shapely.get_dimensions(piece.shapes) == 0]
    if len(points):
        square = replace(style, shape="square_empty", size=0.7)
        surface.stamp(stamps(square, unit), shapely.get_coordinates(shapely.centroid(points)), clip=frame, name=name)


def _lines(surface: Surface, piece: Piece, frame: Box, unit: float) -> None:
    style, name = piece.style, piece.drawn.name
    paths = shapes.line_paths(piece.shapes)
    if style.casing:
        surface.stroke(paths, style.casing, (style.width + 0.22) * unit, clip=frame, name=name)
    dash = [part * unit for part in style.dash]
    surface.stroke(paths, style.colour, max(style.width * unit, 0.08), dash=dash, clip=frame, name=name)
    if style.heads:
        tips = shapes.heads(piece.shapes, style.heads * unit, 1.15 * unit)
        surface.stroke(tips, PAPER, 0.4 * unit, clip=frame)
        surface.fill(tips, style.colour, clip=frame, name=name)


def _points(surface: Surface, piece: Piece, ground: Ground) -> None:
    xy = piece.points
    recipe = stamps(piece.style, piece.scale)
    if piece.style.shape == "arrow":
        bearings = np.round(_bearings(piece, xy, ground) / TURN) * TURN
        for bearing in np.unique(bearings):
            stamped = [replace(stamp, path=turned(stamp.path, float(bearing))) for stamp in recipe]
            surface.stamp(stamped, xy[bearings == bearing], clip=ground.frame, name=piece.drawn.name)
        return
    turn = shapes.rounds(xy, 1.9 * piece.style.size * piece.scale)
    for n in range(int(turn.max()) + 1):
        surface.stamp(recipe, xy[turn == n], clip=ground.frame, name=piece.drawn.name)


def _bearings(piece: Piece, xy: NDArray[np.float64], ground: Ground) -> NDArray[np.float64]:
    """Return which way arrows point: along a line that gives it, else to the middle of the map."""
    middle = np.array((ground.frame.x + ground.frame.width / 2, ground.frame.y + ground.frame.height / 2))
    ahead = middle - xy
    for n, shape in enumerate(piece.shapes):
        if shape.geom_type == "LineString":
            ends = shapely.get_coordinates(shape)
            ahead[n] = ends[-1] - ends[0]
    return np.degrees(np.arctan2(ahead[:, 0], ahead[:, 1])) % 360


def _obstacles(found: Sequence[Piece]) -> tuple[list[Box], list[Box]]:
    """Return the boxes of the symbols with a number or a name that must be shown, which nothing may cover, and of the others."""
    firm: list[Box] = []
    spare: list[Box] = []
    for piece in found:
        if piece.style.draw != "point":
            continue
        left, down, right, up = reach(piece.style, piece.scale)
        numbers = piece.drawn.numbers
        for n, (x, y) in zip(piece.index, piece.points, strict=True):
            box = Box(x - left, y - down, left + right, down + up)
            numbered = piece.style.inside or (numbers is not None and numbers[n] is not None)
            (firm if numbered else spare).append(box)
    return firm, spare


def _write(surface: Surface, wanted: Sequence[Name], placed: Sequence[labels.Placed | None], frame: Box, unit: float) -> None:
    words = []
    for name, found in zip(wanted, placed, strict=True):
        if found is None:
            continue
        if found.leader:
            surface.line(*found.leader, colour=PAPER, width=LEADER * 3.4 * unit)
            surface.line(*found.leader, colour=INK, width=LEADER * unit)
        words += name.words(found.spot, HALO * unit)
    surface.write(words, clip=frame, name="labels")


def _inside(surface: Surface, found: Sequence[Piece], frame: Box, unit: float) -> None:
    """Write the numbers that stand in their symbols."""
    words = []
    for piece in found:
        numbers = piece.drawn.numbers
        if not piece.style.inside or numbers is None:
            continue
        letters = piece.style.letters
        for n, (x, y) in zip(piece.index, piece.points, strict=True):
            text = "" if numbers[n] is None else str(numbers[n])
            size = letters.size * unit * (1.0 if len(text) < 2 else 0.85 if len(text) < 3 else 0.66)
            base = y - size * fonts.MM_PER_PT * 0.36
            words.append(Words(float(x), float(base), text, size, letters.colour, letters.bold, align="middle"))
    surface.write([each for each in words if each.text], clip=frame, name="numbers")
