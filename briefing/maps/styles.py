"""How each kind of thing looks on paper: one table, read by the map and by its legend. Nothing here draws.

Shape first, colour second (Okabe-Ito palette, safe for colour-blind readers), so that everything also reads in grey. The colours are
those of the map in the browser, which takes them from here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

ORANGE = "#E69F00"
SKY = "#56B4E9"
GREEN = "#009E73"
YELLOW = "#F0E442"
BLUE = "#0072B2"
VERMILLION = "#D55E00"
PURPLE = "#CC79A7"
GREY = "#7F8790"

INK = "#15191d"  # letters, frames
FAINT = "#5c656d"  # what is said by the way
RULE = "#aab1b7"  # lines between rows
PAPER = "#ffffff"
LAND = "#fbfbf9"


@dataclass(frozen=True)
class Letters:
    """How names are set: size in points, colour, bold."""

    size: float = 6.2
    colour: str = INK
    bold: bool = False


@dataclass(frozen=True)
class Style:
    """How one kind of thing is drawn. Lengths in millimetres on A4.

    Attributes
    ----------
    draw
        ``point`` (a symbol; polygons and lines get it in their middle), ``line`` or ``area`` (where a point gets a small square).
    shape, size, hollow
        The symbol (``symbols.SHAPES``), its radius, and whether it is a thick ring instead of a full shape.
    width, dash, casing, heads
        Of a line or an outline: its width, dashes and gaps, the colour of a wider line below it, and how far apart arrow heads stand.
    fill, pattern
        Of an area: how dense its colour is, and what is drawn over it (``bars``, ``spots``, ``hatch``, ``falling``, ``dots``).
    inside
        Its number stands inside the symbol.
    ground
        It belongs to the basemap: names may lie over it.
    """

    draw: Literal["point", "line", "area"]
    colour: str
    shape: str = ""
    size: float = 1.2
    hollow: bool = False
    width: float = 0.2
    dash: tuple[float, ...] = ()
    casing: str = ""
    heads: float = 0.0
    fill: float = 0.0
    pattern: str = ""
    inside: bool = False
    ground: bool = False
    letters: Letters = Letters()


def _point(shape: str, colour: str, size: float = 1.2, letters: Letters | None = None, *, inside: bool = False) -> Style:
    return Style("point", colour, shape=shape, size=size, letters=letters or Letters(), inside=inside)


def _road(colour: str, width: float, casing: str = "", dash: tuple[float, ...] = ()) -> Style:
    return Style("line", colour, width=width, casing=casing, dash=dash, ground=True, letters=Letters(5.2, "#5f666d"))


def _step(fill: float) -> Style:
    return Style("area", BLUE, width=0.18, fill=fill, letters=_AREA_NAME)


def _unstaffed(names: tuple[str, ...]) -> dict[str, Style]:
    """Return the same symbols, hollow: open or in force, and nobody there."""
    return {f"{name}_unstaffed": replace(STYLES[name], hollow=True) for name in names}


_AREA_NAME = Letters(6.8, "#3d454c", bold=True)
_SMALL = Letters(5.4, "#3d454c")

STYLES: dict[str, Style] = {
    # The ground.
    "water": Style("area", "#c3d6e2", fill=0.6, width=0.12, ground=True, letters=Letters(5.6, "#4f7389")),
    "green": Style("area", "#dbe8d5", fill=0.75, width=0.0, ground=True, letters=Letters(5.4, "#5f7a58")),
    "compound": Style("area", "#b9b4aa", fill=0.28, width=0.15, ground=True, letters=Letters(5.6, "#4a4f55")),
    "building": Style("area", "#a39d92", fill=0.42, width=0.1, ground=True, letters=Letters(4.8, "#4a4f55")),
    "road_path": _road("#c4c4bf", 0.16, dash=(0.7, 0.6)),
    "road_minor": _road("#ccd0d3", 0.28),
    "road_main": _road("#aab1b7", 0.6, casing="#8d959c"),
    "road_motorway": _road("#868e97", 0.85, casing="#626a72"),
    # Areas.
    "compound_unmanaged": Style("area", PURPLE, fill=0.1, width=0.35, dash=(1.2, 0.7), letters=Letters(5.6)),
    "area_border": Style("area", "#6c757d", width=0.22, dash=(2.2, 0.7, 0.5, 0.7), letters=_AREA_NAME),
    "area_focus": Style("area", INK, width=0.55, letters=replace(_AREA_NAME, size=7.6)),
    "area_controlled": Style("area", ORANGE, fill=0.08, width=0.3, pattern="dots", letters=_AREA_NAME),
    "area_sealed": Style("area", VERMILLION, fill=0.12, width=0.45, pattern="hatch", letters=_AREA_NAME),
    "risk_high": Style("area", VERMILLION, fill=0.35, width=0.25, pattern="bars", letters=_AREA_NAME),
    "risk_medium": Style("area", ORANGE, fill=0.35, width=0.25, pattern="spots", letters=_AREA_NAME),
    "risk_low": Style("area", SKY, fill=0.35, width=0.2, letters=_AREA_NAME),
    "risk_unknown": Style("area", GREY, width=0.2, dash=(0.5, 0.7), letters=_AREA_NAME),
    "step_0": _step(0.0),
    "step_1": _step(0.16),
    "step_2": _step(0.34),
    "step_3": _step(0.54),
    "step_4": _step(0.78),
    "step_unknown": Style("area", GREY, width=0.2, dash=(0.5, 0.7), pattern="dots", letters=_AREA_NAME),
    "unknown_area": Style("area", FAINT, width=0.3, dash=(1.6, 0.9), pattern="falling"),
    # Ways in.
    "route_uncovered": Style("line", PURPLE, width=0.55, dash=(2.2, 1.3), heads=14.0, letters=Letters(5.8, "#8d3f6b")),
    "crossing_open": _point("arrow", PURPLE, 1.9),
    "crossing_watched": _point("arrow", GREY, 1.5),
    "joint_doubtful": _point("gap", VERMILLION, 1.5),
    # Places.
    "settlement": _point("dot", "#565d64", 0.75, Letters(6.6, INK)),
    "settlement_exposed": _point("target", VERMILLION, 1.35, Letters(6.6, INK, bold=True)),
    "venue_hospital": _point("square_plus", GREY, 1.15, _SMALL),
    "venue_market": _point("square_stall", GREY, 1.15, _SMALL),
    "venue_station": _point("square_disc", GREY, 1.15, _SMALL),
    "venue_other": _point("square_empty", GREY, 1.0, _SMALL),
    # Entrances and posts.
    "entrance_undecided": _point("ring", GREY, 1.05),
    "entrance_sealed": _point("barred_square", VERMILLION, 1.15),
    "entrance_open_24h": _point("circle", GREEN, 1.2),
    "entrance_open_hours": _point("half_circle", ORANGE, 1.2),
    "checkpoint_inspect": _point("triangle", BLUE, 1.55),
    "checkpoint_dissuade": _point("diamond", BLUE, 1.55),
    "checkpoint_block": _point("cross", BLUE, 1.55),
    "checkpoint_screen": _point("plus", BLUE, 1.55),
    "checkpoint": _point("ring", BLUE, 1.4),
    # What is not watched, and what is asked for.
    "junction_unmonitored": _point("cored", PURPLE, 1.3),
    "junction_unmonitored_1": _point("cored", PURPLE, 1.3),
    "junction_unmonitored_2": _point("cored", PURPLE, 1.8),
    "junction_unmonitored_3": _point("cored", PURPLE, 2.5),
    "mark_unmonitored": _point("flag", PURPLE, 1.15),
    "mark_requested": _point("banner", ORANGE, 1.15),
    "post_proposed": _point("star", YELLOW, 2.3, Letters(6.0, INK, bold=True), inside=True),
    # What is new, gone, or not as it was.
    "changed_added": _point("disc_plus", GREEN, 1.6),
    "changed_removed": _point("disc_minus", VERMILLION, 1.6),
    "changed_changed": _point("disc_dot", ORANGE, 1.6),
}
STYLES |= _unstaffed(("entrance_open_24h", "entrance_open_hours"))
STYLES |= _unstaffed(tuple(name for name in STYLES if name.startswith("checkpoint")))
