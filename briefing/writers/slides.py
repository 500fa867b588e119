"""Slides: a deck of 16:9 pages with one look, on which texts, tables and pictures are set where they were measured to fit."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Emu, Pt

from briefing.model import Number
from briefing.writers.annexes import Grid
from briefing.writers.lettering import line_ends, lines

# In points: 13.333 by 7.5 inches.
WIDTH, HEIGHT = 960.0, 540.0
MARGIN = 48.0
LEADING = 1.4
FOOT_SIZE = 11.0
TITLE_ONLY = 5  # the layout of the library's own template
# Named, not shipped; a machine without it takes its own.
TYPEFACE = "微软雅黑"
INK, QUIET, BLUE, RED, GROUND, LINE, PAPER = "1B2733", "5C6873", "0072B2", "C04A00", "F3F5F7", "D5DBE1", "FFFFFF"


@dataclass(frozen=True)
class Box:
    """A place on a slide, in points from its upper left corner."""

    left: float
    top: float
    width: float
    height: float


TITLE = Box(MARGIN, 26, WIDTH - 2 * MARGIN, 40)
MAP_TITLE = Box(MARGIN, 10, WIDTH - 2 * MARGIN, 22)  # a sheet has a title of its own: it needs the room
MAP = Box(MARGIN, 36, WIDTH - 2 * MARGIN, 464)
FRONT_TITLE = Box(MARGIN + 24, 130, WIDTH - 2 * MARGIN - 24, 130)
BODY = Box(MARGIN, 84, WIDTH - 2 * MARGIN, 412)
Kind = Literal["front", "page", "map"]
TITLES: dict[Kind, tuple[Box, tuple[float, ...]]] = {
    "front": (FRONT_TITLE, (38, 30, 24, 18)),
    "page": (TITLE, (26, 22, 18, 14)),
    "map": (MAP_TITLE, (14, 12)),
}
MARKS = Box(MARGIN, 508, 180, 18)
FOOT = Box(MARGIN + 180, 508, WIDTH - 2 * MARGIN - 260, 18)
PAGE = Box(WIDTH - MARGIN - 80, 508, 80, 18)


@dataclass(frozen=True)
class Ink:
    """A stretch of text in one colour and weight; ``figure`` is the number that it prints."""

    text: str
    colour: str = INK
    bold: bool = False
    figure: Number | None = None


@dataclass(frozen=True)
class Line:
    """A paragraph on a slide: its size and the room above it in points.

    An ``item`` has a dot unless it ``goes_on`` from another slide; a ``head`` stands before what follows it.
    """

    inks: tuple[Ink, ...]
    size: float
    above: float = 0.0
    item: bool = False
    head: bool = False
    goes_on: bool = False
    align: str = "l"

    @property
    def text(self) -> str:
        """Return what it says."""
        return "".join(ink.text for ink in self.inks)

    @property
    def indent(self) -> float:
        """Return how far it is set in, in points."""
        return self.size if self.item else 0.0

    def height(self, width: float) -> float:
        """Return how high it is, set in lines of ``width`` points."""
        return lines(self.text, (width - self.indent) / self.size) * self.size * LEADING + self.above

    def split(self, width: float, height: float) -> tuple[Line, Line | None]:
        """Return as many of its lines as fit into a height, one at least, and what is left."""
        most = max(int((height - self.above + 1e-6) / (self.size * LEADING)), 1)
        ends = line_ends(self.text, (width - self.indent) / self.size)
        if len(ends) <= most:
            return self, None
        stop = ends[most - 1]
        return replace(self, inks=_cut(self.inks, 0, stop)), replace(self, inks=_cut(self.inks, stop, ends[-1]), goes_on=True)


class Deck:
    """A presentation while it is made: each slide has its title, its page number and the same line at its foot."""

    def __init__(self, *, lang: str, foot: str, marks: str) -> None:
        self._deck = Presentation()
        self._deck.slide_width, self._deck.slide_height = Emu(int(WIDTH * 12700)), Emu(int(HEIGHT * 12700))
        self._lang = lang.replace("_", "-")
        self._foot, self._marks = foot, marks
        self._count = 0

    def slide(self, title: str, notes: str, *, kind: Kind = "page") -> Any:
        """Add a slide with its title, foot and notes, and return it."""
        slide = self._deck.slides.add_slide(self._deck.slide_layouts[TITLE_ONLY])
        self._count += 1
        box, sizes = TITLES[kind]
        _place(slide.shapes.title, box)
        self._set(slide.shapes.title, [fitted(title, box, sizes)], anchor=MSO_ANCHOR.BOTTOM if kind == "front" else MSO_ANCHOR.MIDDLE)
        if kind == "page":
            self.bar(slide, Box(MARGIN, TITLE.top + TITLE.height + 4, BODY.width, 2), BLUE)
        self.text(slide, MARKS, [Line((Ink(self._marks, RED, True),), FOOT_SIZE)])
        foot = fitted(self._foot, FOOT, (FOOT_SIZE,), colour=QUIET, bold=False)
        self.text(slide, FOOT, [replace(foot, align="ctr")])
        self._page_number(slide)
        self._set(slide.notes_slide.notes_text_frame, [Line((Ink(line),), 12) for line in notes.split("\n")])
        return slide

    def bar(self, slide: Any, box: Box, colour: str) -> Any:
        """Draw a filled rectangle."""
        shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, 0, 0, 0)
        _place(shape, box)
        shape.fill.solid()
        shape.fill.fore_color.rgb = RGBColor(*bytes.fromhex(colour))  # type: ignore[no-untyped-call]
        shape.line.fill.background()
        shape._element.remove(shape._element.find(qn("p:style")))  # a shadow of the library's own
        return shape

    def text(self, slide: Any, box: Box, written: Sequence[Line], *, middle: bool = False) -> None:
        """Set paragraphs into a box; that they fit is for the caller to measure."""
        shape = slide.shapes.add_textbox(0, 0, 0, 0)
        _place(shape, box)
        self._set(shape, written, anchor=MSO_ANCHOR.MIDDLE if middle else MSO_ANCHOR.TOP)

    def picture(self, slide: Any, png: bytes, size: tuple[int, int], box: Box) -> None:
        """Put a picture into a box as large as it fits, in its own proportions, in the middle."""
        scale = min(box.width / size[0], box.height / size[1])
        width, height = size[0] * scale, size[1] * scale
        shape = slide.shapes.add_picture(io.BytesIO(png), 0, 0)
        _place(shape, Box(box.left + (box.width - width) / 2, box.top + (box.height - height) / 2, width, height))

    def table(self, slide: Any, grid: Grid, left: float, top: float, width: float, size: float) -> None:
        """Draw a table from an upper left corner on; its rows are as high as :func:`row_height` says."""
        rows = [tuple(grid.columns), *(tuple(cell.text for cell in row) for row in grid.rows)]
        shape = slide.shapes.add_table(len(rows), len(grid.columns), 0, 0, 0, 0)
        heights = [row_height(row, grid.widths, width, size) for row in rows]
        _place(shape, Box(left, top, width, sum(heights)))
        properties = shape.table._tbl.tblPr
        for name in ("firstRow", "bandRow"):
            properties.set(name, "0")
        properties.find(qn("a:tableStyleId")).text = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # no style, no grid
        for column, share in zip(shape.table.columns, grid.widths, strict=True):
            column.width = Pt(width * share)
        for at, (row, height) in enumerate(zip(shape.table._tbl.tr_lst, heights, strict=True)):
            row.h = Pt(height)
            for n, (cell, text) in enumerate(zip(row.tc_lst, rows[at], strict=True)):
                align = "r" if at > 0 and grid.rows[at - 1][n].figure else "l"
                self._cell(cell, Line((Ink(text, INK if at else QUIET, at == 0),), size, align=align), shaded=at % 2 == 0)

    def file(self, *, title: str, author: str, moment: Any) -> bytes:
        """Return the file, dated by a moment."""
        core = self._deck.core_properties
        core.title, core.author, core.last_modified_by, core.language = title, author, author, self._lang
        core.created = core.modified = moment
        core.revision = 1
        out = io.BytesIO()
        self._deck.save(out)
        return out.getvalue()

    def _cell(self, cell: Any, line: Line, *, shaded: bool) -> None:
        margin = _emu(cell_margin(line.size))
        self._fill(cell.get_or_add_txBody(), [line])
        fill = _el("a:solidFill", {}, [_el("a:srgbClr", {"val": GROUND if shaded else PAPER})])
        for old in cell.findall(qn("a:tcPr")):
            cell.remove(old)
        cell.append(_el("a:tcPr", {"marL": margin, "marR": margin, "marT": margin, "marB": margin, "anchor": "t"}, [fill]))

    def _page_number(self, slide: Any) -> None:
        self.text(slide, PAGE, [Line((Ink(str(self._count), QUIET),), FOOT_SIZE, align="r")])
        run = slide.shapes[-1].text_frame.paragraphs[0].runs[0]._r
        run.tag = qn("a:fld")  # a field, so that slides can be put in another order
        run.set("id", f"{{00000000-0000-4000-8000-{self._count:012d}}}")
        run.set("type", "slidenum")

    def _set(self, holder: Any, written: Sequence[Line], *, anchor: Any = None) -> None:
        frame = getattr(holder, "text_frame", holder)
        frame.word_wrap = True
        if anchor is not None:
            frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
            frame.vertical_anchor = anchor
        self._fill(frame._txBody, written)

    def _fill(self, body: Any, written: Sequence[Line]) -> None:
        """Put paragraphs into a body of text in place of those there; as elements, since a table of numbers has many hundreds."""
        for old in body.findall(qn("a:p")):
            body.remove(old)
        body.extend([self._paragraph(line) for line in written])

    def _paragraph(self, line: Line) -> Any:
        hanging = {"marL": _emu(line.indent), "indent": _emu(0 if line.goes_on else -line.indent)} if line.item else {}
        look = [
            _el("a:lnSpc", {}, [_el("a:spcPts", {"val": _hundredths(line.size * LEADING)})]),
            _el("a:spcBef", {}, [_el("a:spcPts", {"val": _hundredths(line.above)})]),
            _el("a:buChar", {"char": "•"}) if line.item and not line.goes_on else _el("a:buNone"),
        ]
        return _el("a:p", {}, [_el("a:pPr", {**hanging, "algn": line.align}, look), *(self._run(ink, line.size) for ink in line.inks)])

    def _run(self, ink: Ink, size: float) -> Any:
        colour = _el("a:solidFill", {}, [_el("a:srgbClr", {"val": ink.colour})])
        faces = [_el(name, {"typeface": TYPEFACE}) for name in ("a:latin", "a:ea")]
        attributes = {"lang": self._lang, "altLang": "en-US", "sz": _hundredths(size), "b": str(int(ink.bold)), "dirty": "0"}
        text = _el("a:t")
        text.text = ink.text
        return _el("a:r", {}, [_el("a:rPr", attributes, [colour, *faces]), text])


def _el(name: str, attributes: dict[str, str] | None = None, inside: Sequence[Any] = ()) -> Any:
    made = OxmlElement(name)
    for key, value in (attributes or {}).items():
        made.set(key, value)
    made.extend(inside)
    return made


def _emu(points: float) -> str:
    return str(round(points * 12700))


def _hundredths(points: float) -> str:
    return str(round(points * 100))


def row_height(row: Sequence[str], shares: Sequence[float], width: float, size: float) -> float:
    """Return how high a row of a table is, in points."""
    margins = 2 * cell_margin(size)
    most = max((lines(text, (width * share - margins) / size) for text, share in zip(row, shares, strict=True)), default=1)
    return most * size * LEADING + margins


def cell_margin(size: float) -> float:
    """Return the room on each side of a cell's text, in points."""
    return size / 4


def fitted(text: str, box: Box, sizes: Sequence[float], *, colour: str = INK, bold: bool = True) -> Line:
    """Return a text in the largest of some sizes in which it fits into a box, cut short where it does in none."""
    for size in sizes:
        line = Line((Ink(text, colour, bold),), size)
        if line.height(box.width) <= box.height:
            return line
    whole = len(text)
    while whole and Line((Ink(f"{text[:whole]}…"),), sizes[-1]).height(box.width) > box.height:
        whole -= 1
    return Line((Ink(f"{text[:whole]}…", colour, bold),), sizes[-1])


def _cut(inks: Sequence[Ink], start: int, stop: int) -> tuple[Ink, ...]:
    found, at = [], 0
    for ink in inks:
        text = ink.text[max(start - at, 0) : max(stop - at, 0)]
        at += len(ink.text)
        found += [replace(ink, text=text)] if text else []
    return tuple(found)


def _place(shape: Any, box: Box) -> None:
    shape.left, shape.top, shape.width, shape.height = (Pt(value) for value in (box.left, box.top, box.width, box.height))
