"""Pieces of a Word document: elements of WordprocessingML made from plain values. Text goes in as text, never as markup."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

# Twentieths of a point to a millimetre.
TWIPS = 1440 / 25.4
EMU = 36_000  # to a millimetre
FURNITURE = 10.0  # millimetres that a header or footer takes of a turned page's margin

Element = Any  # lxml carries no types


def el(tag: str, *children: Element, **attributes: object) -> Element:
    """Return an element of the ``w:`` namespace with its children and attributes; None among the children is left out."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    made.extend([child for child in children if child is not None])
    return made


def twips(millimetres: float) -> int:
    """Return millimetres in twentieths of a point.

    >>> twips(37)
    2098
    """
    return round(millimetres * TWIPS)


def run(text: str, style: str | None = None) -> Element:
    """Return a run of text in a character style."""
    words = el("t")
    words.text = text
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return el("r", el("rPr", el("rStyle", val=style)) if style else None, words)


def link(anchor: str, *runs: Element) -> Element:
    """Return runs that lead to a bookmark of the same document."""
    return el("hyperlink", *runs, anchor=anchor, history=1)


def bookmark(number: int, name: str, *inside: Element) -> tuple[Element, ...]:
    """Return what stands inside a bookmark, between its two ends."""
    return el("bookmarkStart", id=number, name=name), *inside, el("bookmarkEnd", id=number)


def paragraph(style: str, *inside: Element) -> Element:
    """Return a paragraph in a style."""
    return el("p", el("pPr", el("pStyle", val=style)), *inside)


def field(code: str, shown: str) -> tuple[Element, ...]:
    """Return a field, such as the number of the page, with what it shows until Word has computed it."""
    instruction = el("instrText")
    instruction.text = f" {code} "
    instruction.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return (
        el("r", el("fldChar", fldCharType="begin")),
        el("r", instruction),
        el("r", el("fldChar", fldCharType="separate")),
        run(shown),
        el("r", el("fldChar", fldCharType="end")),
    )


def table(style: str, widths: Iterable[float], line: float, rows: Iterable[Iterable[Element]], *, header: bool = True) -> Element:
    """Return a table whose first row comes again on every page.

    Parameters
    ----------
    widths
        The share of each column in ``line``, the length of a line in millimetres.
    rows
        Of each row its cells, a paragraph each.
    """
    columns = [round(twips(line) * share) for share in widths]
    properties = el("tblPr", el("tblStyle", val=style), el("tblW", w=sum(columns), type="dxa"), el("tblLayout", type="fixed"))
    grid = el("tblGrid", *(el("gridCol", w=width) for width in columns))
    made = el("tbl", properties, grid)
    for n, cells in enumerate(rows):
        kept = el("trPr", el("cantSplit"), el("tblHeader") if header and n == 0 else None)
        made.append(el("tr", kept, *(_cell(cell, width) for cell, width in zip(cells, columns, strict=True))))
    return made


def _cell(inside: Element, width: int) -> Element:
    return el("tc", el("tcPr", el("tcW", w=width, type="dxa"), el("vAlign", val="center")), inside)


def page(base: Element, *, landscape: bool, first: bool) -> Element:
    """Return the layout of a section like another's, turned or not.

    The first section keeps what is the first page's own (a letterhead, the start of the page numbers); no other has it again.
    """
    made = deepcopy(base)
    if not first:
        plain(made)
    size, margins = made.find(qn("w:pgSz")), made.find(qn("w:pgMar"))
    if landscape and size is not None and size.get(qn("w:orient")) != "landscape":
        width, height = size.get(qn("w:w")), size.get(qn("w:h"))
        for name, value in (("w", height), ("h", width), ("orient", "landscape")):
            size.set(qn(f"w:{name}"), value)
        if margins is not None:
            sides = {name: margins.get(qn(f"w:{name}")) for name in ("top", "right", "bottom", "left")}
            # Turned to the left: what was on top is on the left-hand side.
            for name, was in (("left", "top"), ("bottom", "left"), ("right", "bottom"), ("top", "right")):
                margins.set(qn(f"w:{name}"), sides[was])
            # Head and foot keep clear of the text, whose margins are narrower now.
            for name, side in (("header", "top"), ("footer", "bottom")):
                margins.set(qn(f"w:{name}"), str(min(_twips(margins, name, 15), max(_twips(margins, side, 28) - twips(FURNITURE), 0))))
    return made


def plain(section: Element) -> None:
    """Take from a section what only the first page of a document has, in place, and let it begin on a new page."""
    for name in ("titlePg", "type"):
        for found in section.findall(qn(f"w:{name}")):
            section.remove(found)
    numbers = section.find(qn("w:pgNumType"))
    if numbers is not None and numbers.get(qn("w:start")) is not None:
        del numbers.attrib[qn("w:start")]


def ending(section: Element) -> Element:
    """Return the paragraph that ends a section; it takes no room of its own."""
    low = el("spacing", before=0, after=0, line=20, lineRule="exact")
    return el("p", el("pPr", el("snapToGrid", val=0), low, el("ind", firstLine=0, firstLineChars=0), section))


def box(section: Element) -> tuple[float, float]:
    """Return the length of a line and the height of the text of a section in millimetres; A4 with the margins of GB/T 9704 if not said."""
    size, margins = section.find(qn("w:pgSz")), section.find(qn("w:pgMar"))

    def said(found: Element | None, name: str, default: float) -> float:
        return _twips(found, name, default) / TWIPS

    across = said(size, "w", 210) - said(margins, "left", 28) - said(margins, "right", 26)
    down = said(size, "h", 297) - said(margins, "top", 37) - said(margins, "bottom", 35)
    return max(across, 40), max(down, 40)


def _twips(found: Element | None, name: str, default: float) -> int:
    text = None if found is None else found.get(qn(f"w:{name}"))
    return abs(int(text)) if text and text.lstrip("-").isdigit() else twips(default)
