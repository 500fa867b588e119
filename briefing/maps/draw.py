"""A sheet drawn: content and paper in, the bytes of a file out. The same content always gives the same bytes."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Literal

import matplotlib

from briefing.maps import fonts, layers
from briefing.maps.content import Content, Entry, Paper, PointTable
from briefing.maps.encode import encode
from briefing.maps.ground import Box, fit
from briefing.maps.layout import Plan, plan, sheet
from briefing.maps.styles import INK, LAND, PAPER
from briefing.maps.surface import Surface
from briefing.maps.table import Rows
from words import Translate, language, translator

Form = Literal["png", "pdf", "svg"]

# Matplotlib is not made for several threads; a map takes a second.
_LOCK = threading.Lock()
SETTINGS: dict[Any, Any] = {
    "svg.hashsalt": "epigrid",
    "svg.fonttype": "path",
    "pdf.fonttype": 3,
    "pdf.compression": 6,
    "path.simplify": True,
    "agg.path.chunksize": 0,
    "text.parse_math": False,
    "text.usetex": False,
    "axes.unicode_minus": False,
    "hatch.linewidth": 0.5,
}


def render(content: Content, paper: Paper, form: Form) -> bytes:
    """Draw a sheet.

    What the table beside the map has no room for goes to further pages of a PDF; a picture says how many rows are not printed.

    Parameters
    ----------
    content
        What it shows; geometries in EPSG:4326.
    paper
        Size, which way up, and dots per inch (of a PNG).
    form
        ``png``, ``pdf`` or ``svg``.

    Returns
    -------
    bytes
        The file; the same input gives the same bytes.
    """
    with _LOCK, matplotlib.rc_context(SETTINGS):
        return encode(pages(clean(content), paper, form), form, title=content.title)


def clean(content: Content) -> Content:
    """Return the content with every text as it can be set: on one line, 〓 for what no font has, and a note that says so."""
    keep = fonts.printable
    lost = fonts.missing(_texts(content))
    translate = translator(language(content.lang))
    told = translate("{count} characters that no font here has are printed as 〓.").format(count=lost)
    table = content.table and PointTable(
        keep(content.table.title),
        tuple(map(keep, content.table.columns)),
        tuple(tuple(map(keep, row)) for row in content.table.rows),
    )
    return replace(
        content,
        title=keep(content.title),
        unit=keep(content.unit),
        moment=keep(content.moment),
        legend=tuple(Entry(entry.style, keep(entry.text), entry.count) for entry in content.legend),
        figures=tuple((keep(label), keep(text)) for label, text in content.figures),
        table=table,
        marks=tuple(map(keep, content.marks)),
        credits=tuple(map(keep, content.credits)),
        notes=(*map(keep, content.notes), *([told] if lost else [])),
    )


def _texts(content: Content) -> Iterable[str]:
    yield from (content.title, content.unit, content.moment, *content.marks, *content.credits, *content.notes)
    yield from (entry.text for entry in content.legend)
    for figure in content.figures:
        yield from figure
    if content.table:
        yield from (content.table.title, *content.table.columns)
        for row in content.table.rows:
            yield from row
    for layer in content.layers:
        yield from (text for text in layer.labels or () if text)


def pages(content: Content, paper: Paper, form: Form) -> list[Surface]:
    """Draw the pages of a sheet."""
    translate = translator(language(content.lang))
    drawn, lost = _first(content, paper, form, translate, 0)
    if lost:
        drawn, again = _first(content, paper, form, translate, lost)
        if again != lost:  # the note took its room from the map
            drawn, _ = _first(content, paper, form, translate, again)
    surface, made = drawn
    found = [surface]
    if form == "pdf" and content.table:
        found += _further(content, paper, made, translate)
    return found


def _first(content: Content, paper: Paper, form: Form, translate: Translate, lost: int) -> tuple[tuple[Surface, Plan], int]:
    """Draw the sheet with the map; return also how many numbers found no room."""
    told = (translate("{count} numbers or names found no room on this map.").format(count=lost),) if lost else ()
    made = _planned(content, paper, form, translate, told)
    surface = Surface(made.width, made.height, paper.dpi)
    ground = fit(content.extent, made.map)
    surface.box(made.map, face=LAND)
    missed = layers.draw(surface, content.layers, ground, made.unit)
    furnish(surface, content, made)
    made.parts.strip.draw(surface, made.strip, ground)
    if made.locator and made.parts.locator:
        made.parts.locator.draw(surface, made.locator, ground)
    return (surface, made), missed


def _planned(content: Content, paper: Paper, form: Form, translate: Translate, told: tuple[str, ...]) -> Plan:
    """Return the plan of a sheet that says how many rows of its table it has no room for: saying so takes room as well."""
    where = (
        translate("{count} more rows stand on the next pages.")
        if form == "pdf"
        else translate("{count} more rows are not printed here: they are in the PDF of this map.")
    )
    rows = len(content.table.rows) if content.table else 0
    made, left = plan(content, paper, translate, told), 0
    for _ in range(5):  # the second count is right but where a digit more breaks a line
        if rows - made.printed == left:
            break
        left = rows - made.printed
        made = plan(content, paper, translate, (*told, where.format(count=left)))
    return made


def furnish(surface: Surface, content: Content, made: Plan) -> None:
    """Draw the frames and what does not depend on the ground."""
    u, parts = made.unit, made.parts
    surface.box(made.neat, edge=INK, width=0.5 * u)
    surface.box(made.neat.inset(0.9 * u), edge=INK, width=0.12 * u)
    surface.box(made.map, edge=INK, width=0.35 * u)
    parts.header.draw(surface, made.header)
    if made.legend:
        parts.legend.draw(surface, made.legend)
    if made.notes:
        parts.notes.draw(surface, made.notes)
    if made.table and parts.rows and content.table:
        parts.rows.draw(surface, made.table, content.table.title)


def _further(content: Content, paper: Paper, made: Plan, translate: Translate) -> list[Surface]:
    """Draw the pages that continue the table."""
    assert content.table is not None
    width, height, _, unit = sheet(paper)
    rows = Rows(content.table, unit)
    header = replace(made.parts.header, content=replace(content, figures=()))
    inner = made.neat.inset(2.5 * unit)
    high = header.height(inner.width)
    box = Box(inner.x, inner.y, inner.width, inner.height - high - unit)
    found: list[Surface] = []
    first = made.printed
    while first < len(content.table.rows):
        surface = Surface(width, height, paper.dpi)
        surface.box(made.neat, edge=INK, width=0.5 * unit)
        surface.box(made.neat.inset(0.9 * unit), face=PAPER, edge=INK, width=0.12 * unit)
        header.draw(surface, Box(inner.x, inner.top - high, inner.width, high))
        title = translate("{title} (continued, page {page})").format(title=content.table.title, page=len(found) + 2)
        first += max(1, rows.draw(surface, box, title, first))
        found.append(surface)
    return found
