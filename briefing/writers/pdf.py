"""The briefing as PDF, set by Typst: the data goes in as JSON, never as source, so that no text of it can be anything but text."""

from __future__ import annotations

import importlib.util
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

import typst

from briefing.maps.fonts import files, printable
from briefing.model import Briefing
from briefing.writers import Sheet
from briefing.writers.annexes import Annex, Grid, Picture, annexes, edit_anchor
from briefing.writers.appendix import Piece, edited, has_text, pieces, rows
from briefing.writers.text import breakable, clean
from words import LOCALES, translator

SOURCE = Path(__file__).with_name("briefing.typ")


def write(briefing: Briefing, sheets: Sequence[Sheet]) -> bytes:
    """Return the briefing as PDF, tagged and with its fonts inside; the same input gives the same bytes."""
    return _compiled(briefing, sheets, "pdf")[0]


def pages(briefing: Briefing, sheets: Sequence[Sheet], ppi: float = 96) -> list[bytes]:
    """Return the pages of the PDF as PNG pictures of ``ppi`` dots an inch."""
    return _compiled(briefing, sheets, "png", ppi)


@cache
def fonts() -> typst.Fonts:
    """Return the faces that a page is set in: of those in the package, the text names the two of Noto and takes no other in their place."""
    found = importlib.util.find_spec("mplfonts")
    assert found is not None and found.origin is not None
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(Path(found.origin).parent / "fonts")])


def _set(text: str) -> str:
    """Return a text as the two faces of Noto, which come first, can set it: with 〓 for what both lack, as on the maps."""
    return printable(text, files()[:2])


def _compiled(briefing: Briefing, sheets: Sequence[Sheet], form: Literal["pdf", "png"], ppi: float | None = None) -> list[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        for n, sheet in enumerate(sheets, 1):
            (Path(folder) / f"{n}.png").write_bytes(sheet.png)
        told = {"briefing": json.dumps(_data(briefing, sheets), ensure_ascii=False)}
        compiler = typst.Compiler(SOURCE.read_bytes(), root=folder, font_paths=fonts(), sys_inputs=told)
        made = compiler.compile(format=form, ppi=ppi, timestamp=int(briefing.cutoff.timestamp()))
    assert made is not None
    return [bytes(page) for page in made] if isinstance(made, list) else [bytes(made)]


def _data(briefing: Briefing, sheets: Sequence[Sheet]) -> dict[str, Any]:
    """Return all that is printed, as plain values."""
    _ = translator(briefing.lang)
    text, anchors = pieces(briefing), {row.figure.id: row.anchor for row in rows(briefing)}
    edits = {(section.id, found.id): edit_anchor(n) for n, (section, found) in enumerate(edited(briefing), 1)}
    language, region = LOCALES[briefing.lang].tag.lower().split("-")
    following = annexes(briefing, sheets)
    names = {id(sheet.png): f"/{n}.png" for n, sheet in enumerate(sheets, 1)}
    return {
        "language": language,
        "region": region,
        "title": _set(clean(briefing.title)),
        "unit": _set(clean(briefing.unit)),
        "cutoff": _("Cut-off {moment}").format(moment=LOCALES[briefing.lang].dated(briefing.cutoff)),
        "marks": [_("Internal use"), *([_("Demo data")] if briefing.demo else [])],
        "following": _("Annexes: "),
        "sections": [
            {
                "title": _set(clean(section.title)),
                "paragraphs": [
                    {
                        "kind": found.kind,
                        "anchor": edits.get((section.id, found.id)),
                        "pieces": [_piece(piece, anchors) for piece in text[section.id, found.id]],
                    }
                    for found in filter(has_text, section.paragraphs)
                ],
            }
            for section in briefing.sections
        ],
        "annexes": [_annex(annex, names) for annex in following],
    }


def _piece(piece: Piece, anchors: dict[str, str]) -> dict[str, Any]:
    return {
        "text": breakable(_set(piece.text)),
        "anchor": piece.figure.id if piece.figure and piece.first else None,
        "link": anchors[piece.figure.id] if piece.figure else None,
        "by_hand": piece.by_hand,
    }


def _annex(annex: Annex, names: dict[int, str]) -> dict[str, Any]:
    """Return an annex whose blocks are gathered by pages: tables that follow each other share theirs, a map has its own."""
    groups = groupby(enumerate(annex.blocks), key=lambda it: (it[1].landscape, it[0] if isinstance(it[1], Picture) else -1))
    parts = [{"landscape": landscape, "blocks": [_block(block, names) for _n, block in found]} for (landscape, _own), found in groups]
    return {"heading": annex.heading, "title": _set(annex.title), "note": annex.note, "parts": parts}


def _block(block: Grid | Picture, names: dict[int, str]) -> dict[str, Any]:
    if isinstance(block, Picture):
        return {"picture": names[id(block.png)], "caption": _set(block.caption)}
    cells = [[{**asdict(cell), "text": breakable(_set(cell.text))} for cell in row] for row in block.rows]
    return {
        "picture": None,
        "title": _set(block.title),
        "columns": [breakable(_set(column)) for column in block.columns],
        "rows": cells,
        "widths": block.widths,
        "small": block.small,
    }
