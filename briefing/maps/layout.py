"""Where everything stands on a sheet, computed from what there is: legend and notes whole, rows as many as fit, and the rest is map.

Upright sheets have the panel below the map, others beside it. The panel's size is tried out: what counts is the scale of the map and
how many of the points stand in the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from briefing.maps.content import Content, Paper
from briefing.maps.furniture import Legend, Locator, Notes, Strip
from briefing.maps.ground import Box, fit
from briefing.maps.header import Header
from briefing.maps.table import Rows
from words import Translate

# Width and height upright (of a slide: as it lies), margin, and how much larger than on A4 letters and symbols are.
SIZES = {"A4": (210.0, 297.0, 8.0, 1.0), "A3": (297.0, 420.0, 10.0, 1.22), "wide": (338.667, 190.5, 8.0, 1.22)}
GAP = 3.5  # between the parts of a sheet
MIN_ROWS = 4
NARROWEST = 0.8  # of a table, against the width at which few of its cells are broken
ROWS_COUNT = 0.6  # what all rows in the table are worth against the scale of the map
COMPLETE = 0.35  # and what it is worth besides that none is missing
TIGHTER = (1.0, 0.92, 0.84, 0.76, 0.68, 0.6)  # letters shrink so far before anything is lost


@dataclass(frozen=True)
class Parts:
    """What stands on a sheet besides the map."""

    header: Header
    legend: Legend
    notes: Notes
    strip: Strip
    locator: Locator | None
    rows: Rows | None


@dataclass(frozen=True)
class Plan:
    """Where the parts of a sheet stand, in millimetres from its lower left corner; ``printed`` is how many rows fit."""

    width: float
    height: float
    unit: float
    parts: Parts
    neat: Box
    header: Box
    map: Box
    strip: Box
    legend: Box | None
    notes: Box | None
    locator: Box | None
    table: Box | None
    printed: int


@dataclass(frozen=True)
class Panel:
    """One way to set the panel."""

    legend: Box | None
    notes: Box | None
    locator: Box | None
    table: Box | None
    printed: int


def sheet(paper: Paper) -> tuple[float, float, float, float]:
    """Return the width, height and margin of a sheet in millimetres, and its unit."""
    width, height, margin, unit = SIZES[paper.size]
    return (height, width, margin, unit) if paper.landscape and paper.size != "wide" else (width, height, margin, unit)


def plan(content: Content, paper: Paper, translate: Translate, notes: tuple[str, ...] = ()) -> Plan:
    """Return the best plan of a sheet; ``notes`` are those of the drawing, below those of the content."""
    for tighter in TIGHTER:
        found = _best(content, paper, translate, notes, tighter)
        if found is not None:
            return found
    # More than any sheet can hold: the legend alone, as small as letters get.
    bare = replace(content, table=None, locator=None)
    for tighter in (0.6, 0.45, 0.3, 0.2, 0.1):
        found = _best(bare, paper, translate, notes, tighter)
        if found is not None:
            return found
    raise ValueError("nothing can be set on this sheet")


def _parts(content: Content, paper: Paper, translate: Translate, notes: tuple[str, ...], unit: float, tighter: float) -> Parts:
    small = unit * tighter
    locator = None
    if content.locator is not None and len(content.locator[0]):
        around, here = (np.asarray(outlines.to_numpy(), dtype=object) for outlines in content.locator)
        locator = Locator(around, here, unit)
    rows = Rows(content.table, small) if content.table is not None and content.table.rows else None
    return Parts(
        Header(content, unit),
        Legend(content.legend, translate("Legend"), small),
        Notes((*content.notes, *notes), translate("Notes"), small),
        Strip(content.credits, translate, unit, ratio=not paper.resized and paper.size != "wide"),
        locator,
        rows,
    )


def _best(content: Content, paper: Paper, translate: Translate, notes: tuple[str, ...], tighter: float) -> Plan | None:
    width, height, margin, unit = sheet(paper)
    parts = _parts(content, paper, translate, notes, unit, tighter)
    neat = Box(margin, margin, width - 2 * margin, height - 2 * margin)
    inner = neat.inset(2.5 * unit)
    head = parts.header.height(inner.width)
    body = Box(inner.x, inner.y, inner.width, inner.height - head - 0.8 * unit)
    header = Box(inner.x, inner.top - head, inner.width, head)
    gap = GAP * unit
    upright = height > width
    rows = len(content.table.rows) if parts.rows and content.table else 0
    whole = fit(content.extent, body).denominator
    best: tuple[float, Plan] | None = None
    for share in np.arange(0.14, 0.5, 0.02):
        if upright:
            panel_box = Box(body.x, body.y, body.width, body.height * share)
            beside = Box(body.x, panel_box.top + gap, body.width, body.height - panel_box.height - gap)
        else:
            across = body.width * share
            panel_box = Box(body.right - across, body.y, across, body.height)
            beside = Box(body.x, body.y, body.width - across - gap, body.height)
        strip_high = parts.strip.height(beside.width)
        frame = Box(beside.x, beside.y + strip_high, beside.width, beside.height - strip_high)
        strip = Box(beside.x, beside.y, beside.width, strip_high)
        for panel in _below(parts, panel_box) if upright else _aside(parts, panel_box):
            worth = (whole / fit(content.extent, frame).denominator) ** 2 + 0.1 * frame.width * frame.height / (body.width * body.height)
            score = worth + (ROWS_COUNT * panel.printed / min(rows, 80) + COMPLETE * (panel.printed == rows) if rows else 0.0)
            if best is None or score > best[0] + 1e-9:
                boxes = (panel.legend, panel.notes, panel.locator, panel.table)
                best = score, Plan(width, height, unit, parts, neat, header, frame, strip, *boxes, panel.printed)
    return best[1] if best else None


def _printed(parts: Parts, box: Box) -> int | None:
    """Return how many rows fit into a box; None when they are too few to be a table."""
    if parts.rows is None:
        return 0
    if box.height <= 0 or box.width < NARROWEST * parts.rows.width():
        return None
    count = sum(map(len, parts.rows.fitting(box.width, box.height)))
    return count if count >= min(MIN_ROWS, len(parts.rows.table.rows)) else None


def _aside(parts: Parts, box: Box) -> Iterator[Panel]:
    """Yield panels beside the map: legend, table, and at the foot notes and inset, one below the other or side by side."""
    gap = GAP * parts.strip.unit
    legend_high = parts.legend.height(box.width)
    legend = Box(box.x, box.top - legend_high, box.width, legend_high) if legend_high else None
    under = legend.y - gap if legend else box.top
    for inset in (0.4, 0.5, 1.0) if parts.locator else (0.0,):
        locator, notes, floor = _foot(parts, box, inset)
        table = Box(box.x, floor, box.width, under - floor)
        if table.height < 0:
            continue
        printed = _printed(parts, table)
        if printed is not None:
            yield Panel(legend, notes, locator, table if parts.rows else None, printed)


def _foot(parts: Parts, box: Box, inset: float) -> tuple[Box | None, Box | None, float]:
    """Return the inset and the notes at the foot of a panel, and where the foot ends; ``inset`` is the share of the width it takes."""
    gap = GAP * parts.strip.unit
    high = 0.0
    locator = notes = None
    if parts.locator:
        wide = min(box.width * inset, 52 * parts.strip.unit)
        high = parts.locator.height(wide)
        locator = Box(box.right - wide, box.y, wide, high)
    if parts.notes.lines:
        side = locator is not None and inset < 0.9
        room = box.width - (locator.width + gap if side and locator else 0.0)
        tall = parts.notes.height(room)
        base = box.y if side or not locator else locator.top + gap
        notes = Box(box.x, base, room, max(tall, high) if side else tall)
        high = max(high, notes.top - box.y)
    return locator, notes, box.y + high + (gap if high else 0.0)


def _below(parts: Parts, box: Box) -> Iterator[Panel]:
    """Yield panels below the map: legend and table side by side or one below the other, inset and notes beside or below them."""
    extras = bool(parts.locator or parts.notes.lines)
    shares = (0.16, 0.2, 0.24, 0.3, 0.36) if extras else (0.0,)
    for last in shares:
        yield from _in_columns(parts, box, last)
    if extras and parts.rows:
        yield from _under_table(parts, box)
    across = parts.legend.height(box.width)
    if parts.rows and across:
        legend = Box(box.x, box.top - across, box.width, across)
        bare = replace(parts, legend=replace(parts.legend, entries=()))
        rest = Box(box.x, box.y, box.width, box.height - across - GAP * parts.strip.unit)
        for panel in (panel for last in shares for panel in _in_columns(bare, rest, last)):
            yield replace(panel, legend=legend)


def _in_columns(parts: Parts, box: Box, last: float) -> Iterator[Panel]:
    """Yield legend, table, and a column of inset and notes; without a table the legend has its room."""
    gap = GAP * parts.strip.unit
    wide = box.width * last
    locator = notes = None
    floor = box.top
    if parts.locator and wide:
        high = parts.locator.height(wide)
        locator = Box(box.right - wide, box.top - high, wide, high)
        floor = locator.y
    if parts.notes.lines and wide:
        tall = parts.notes.height(wide)
        floor -= gap if locator else 0.0
        notes = Box(box.right - wide, floor - tall, wide, tall)
        floor = notes.y
    if floor < box.y - 1e-6 or box.height <= 0:
        return
    room = box.width - (wide + gap if wide else 0.0)
    for share, legend in _legends(parts, Box(box.x, box.y, room, box.height), (0.24, 0.3, 0.36, 0.44, 0.52)):
        start = share + gap if legend else 0.0
        table = Box(box.x + start, box.y, room - start, box.height)
        printed = _printed(parts, table)
        if printed is not None:
            yield Panel(legend, notes, locator, table if parts.rows else None, printed)


def _under_table(parts: Parts, box: Box) -> Iterator[Panel]:
    """Yield the legend, and beside it the table with notes and inset below it."""
    gap = GAP * parts.strip.unit
    for share, legend in _legends(parts, box, (0.22, 0.26, 0.32, 0.38, 0.44, 0.5)):
        start = share + gap if legend else 0.0
        side = Box(box.x + start, box.y, box.width - start, box.height)
        for inset in (0.25, 0.35) if parts.locator else (0.0,):
            locator, notes, floor = _foot(parts, side, inset)
            table = Box(side.x, floor, side.width, box.top - floor)
            printed = _printed(parts, table) if table.height > 0 else None
            if printed is not None:
                yield Panel(legend, notes, locator, table, printed)


def _legends(parts: Parts, box: Box, shares: Sequence[float]) -> Iterator[tuple[float, Box | None]]:
    """Yield boxes of the legend at the left of a panel, and how wide each is."""
    for share in shares if parts.rows else (1.0,):
        wide = box.width * share
        high = parts.legend.height(wide)
        if high <= box.height:
            yield wide, Box(box.x, box.top - high, wide, high) if high else None
