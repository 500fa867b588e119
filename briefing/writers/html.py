"""One HTML file that opens without a network: the text, the maps in it, and every number a link to where it comes from and back."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from xml.etree.ElementTree import Element, tostring

from briefing.model import Briefing, Paragraph, Section
from briefing.writers import Sheet
from briefing.writers.annexes import Annex, Cell, Grid, Picture, annexes, edit_anchor
from briefing.writers.appendix import Piece, edited, has_text, pieces, rows
from briefing.writers.text import clean
from words import LOCALES, translator

# Nothing is fetched and nothing runs: pictures stand in the file, and there is no script.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
Bricks = Sequence["Element | str"]


def write(briefing: Briefing, sheets: Sequence[Sheet] = ()) -> bytes:
    """Return a briefing as one HTML file, readable on a phone and printed on A4; it asks for nothing from elsewhere.

    Texts are put into a tree and escaped when that is written, so that none becomes markup. The same briefing gives the same bytes.
    """
    annexed = annexes(briefing, sheets)
    page = el("html", {"lang": briefing.lang.replace("_", "-")}, [_head(briefing), _body(briefing, annexed)])
    written: bytes = tostring(page, encoding="utf-8", method="html")
    return b"<!DOCTYPE html>\n" + written


def el(tag: str, attributes: dict[str, str | None] | None = None, content: Bricks = ()) -> Element:
    """Return an element with its content in order; attributes that are None are left out."""
    made = Element(tag, {name: value for name, value in (attributes or {}).items() if value is not None})
    for brick in content:
        if not isinstance(brick, str):
            made.append(brick)
        elif len(made):
            made[-1].tail = (made[-1].tail or "") + brick
        else:
            made.text = (made.text or "") + brick
    return made


@cache
def _css() -> str:
    return (Path(__file__).parent / "briefing.css").read_text("utf-8")


def _head(briefing: Briefing) -> Element:
    style = Element("style")
    style.text = _css()
    return el(
        "head",
        None,
        [
            el("meta", {"charset": "utf-8"}),
            el("meta", {"http-equiv": "Content-Security-Policy", "content": POLICY}),
            el("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
            el("meta", {"name": "color-scheme", "content": "light dark"}),
            el("title", None, [clean(briefing.title)]),
            style,
        ],
    )


def _body(briefing: Briefing, annexed: Sequence[Annex]) -> Element:
    _ = translator(briefing.lang)
    written = pieces(briefing)
    notes = {(section.id, found.id): n for n, (section, found) in enumerate(edited(briefing), 1)}
    anchors = {row.figure.id: row.anchor for row in rows(briefing)}

    def paragraph(section: Section, found: Paragraph) -> Element:
        note = notes.get((section.id, found.id))
        runs: list[Element | str] = [_piece(piece, anchors) for piece in written[section.id, found.id]]
        kind = " ".join(name for name in (found.kind, "edited" if note else "") if name)
        return el(
            "h3" if found.kind == "heading" else "p",
            {"class": kind, "id": edit_anchor(note) if note else None, "title": _("Written or changed by hand") if note else None},
            runs,
        )

    parts = [
        el(
            "section",
            {"id": f"part_{section.id}"},
            [el("h2", None, [clean(section.title)]), *(paragraph(section, p) for p in section.paragraphs if has_text(p))],
        )
        for section in briefing.sections
    ]
    main = el("main", None, [*parts, *(_annex(n, annex) for n, annex in enumerate(annexed, 1))])
    return el("body", None, [_header(briefing), _contents(briefing, annexed), main])


def _header(briefing: Briefing) -> Element:
    _ = translator(briefing.lang)
    marks = [_("Internal use"), *([_("Demo data")] if briefing.demo else [])]
    cutoff = _("Cut-off {moment}").format(moment=LOCALES[briefing.lang].dated(briefing.cutoff))
    return el(
        "header",
        {"id": "top"},
        [
            el("div", {"class": "marks"}, [el("span", None, [mark]) for mark in marks]),
            el("h1", None, [clean(briefing.title)]),
            el("p", {"class": "issued"}, [el("span", None, [clean(briefing.unit)]), el("span", None, [cutoff])]),
        ],
    )


def _contents(briefing: Briefing, annexed: Sequence[Annex]) -> Element:
    _ = translator(briefing.lang)
    links = [(f"part_{section.id}", clean(section.title)) for section in briefing.sections]
    links += [(f"annex_{n}", f"{annex.heading} {annex.title}") for n, annex in enumerate(annexed, 1)]
    return el("nav", {"aria-label": _("Contents")}, [el("ul", None, [el("li", None, [_link(to, text)]) for to, text in links])])


def _piece(piece: Piece, anchors: dict[str, str]) -> Element | str:
    if piece.figure:
        kind = "number hand" if piece.by_hand else "number"
        attributes = {"class": kind, "id": piece.figure.id if piece.first else None, "href": f"#{anchors[piece.figure.id]}"}
        return el("a", {**attributes, "title": clean(piece.figure.label)}, [piece.text])
    return el("span", {"class": "hand"}, [piece.text]) if piece.by_hand else piece.text


def _link(to: str, text: str) -> Element:
    return el("a", {"href": f"#{to}"}, [text])


def _annex(number: int, annex: Annex) -> Element:
    title = el("h2", None, [el("span", {"class": "annex"}, [annex.heading]), f" {annex.title}"])
    note = [el("p", {"class": "note"}, [annex.note])] if annex.note else []
    return el("section", {"id": f"annex_{number}", "class": "annexed"}, [title, *note, *map(_block, annex.blocks)])


def _block(block: Grid | Picture) -> Element:
    if isinstance(block, Picture):
        source = f"data:image/png;base64,{base64.b64encode(block.png).decode()}"
        width, height = map(str, block.size)
        picture = el("img", {"src": source, "alt": block.caption, "width": width, "height": height})
        return el("figure", {"class": None if block.landscape else "upright"}, [picture, el("figcaption", None, [block.caption])])
    figures = [any(row[n].figure for row in block.rows) for n in range(len(block.columns))]
    titles = [
        el("th", {"scope": "col", "class": "figure" if right else None}, [t]) for t, right in zip(block.columns, figures, strict=True)
    ]
    head = el("thead", None, [el("tr", None, titles)])
    body = el("tbody", None, [el("tr", None, [_cell(cell) for cell in row]) for row in block.rows])
    caption = [el("caption", None, [block.title])] if block.title else []
    shares = el("colgroup", None, [el("col", {"style": f"--share: {share:.1%}"}) for share in block.widths])
    # A wide table scrolls in a box of its own; with tabindex also by the keys.
    return el(
        "div", {"class": "table wide" if block.landscape else "table", "tabindex": "0"}, [el("table", None, [*caption, shares, head, body])]
    )


def _cell(cell: Cell) -> Element:
    text: Element | str = _link(cell.link, cell.text) if cell.link else cell.text
    return el("td", {"id": cell.anchor, "class": "figure" if cell.figure else None}, [text])
