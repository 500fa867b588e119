"""The briefing as a Word document in the layout of an official document; every number is a bookmark that leads to where it comes from."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import UTC
from pathlib import Path

from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Emu

from briefing.model import Briefing
from briefing.writers import Sheet, styles, template
from briefing.writers.annexes import Annex, Cell, Grid, Picture, annexes, edit_anchor
from briefing.writers.appendix import Piece, Row, edited, has_text, pieces, rows
from briefing.writers.office import repacked
from briefing.writers.text import clean
from briefing.writers.word import EMU, Element, bookmark, box, el, ending, link, page, paragraph, plain, run, table
from words import LOCALES, translator

KINDS = {"text": styles.BODY, "heading": styles.SUBHEADING, "item": styles.ITEM}
# Millimetres of a page that its caption and the heading of its annex take from a picture.
CAPTION, HEADING = 16.0, 10.0


def write(briefing: Briefing, sheets: Sequence[Sheet], *, template: Path | None = None) -> bytes:
    """Return the briefing as DOCX; the same input gives the same bytes.

    Parameters
    ----------
    sheets
        The maps that go with it.
    template
        A Word document with placeholders (``template.KNOWN``), whose styles, letterhead and footer are kept; ours if None.

    Raises
    ------
    InputError
        When the template cannot be used.
    """
    return _Writer(briefing, sheets, template).written()


class _Writer:
    """One document being written: the styles of its template, and the numbers given to bookmarks so far."""

    def __init__(self, briefing: Briefing, sheets: Sequence[Sheet], path: Path | None) -> None:
        self.briefing = briefing
        self.document: Document = template.opened(path)
        self.style = styles.completed(self.document.styles.element)
        self.rows: dict[str, Row] = {row.figure.id: row for row in rows(briefing)}
        self.edits = {(section.id, found.id): edit_anchor(n) for n, (section, found) in enumerate(edited(briefing), 1)}
        self.annexes = annexes(briefing, sheets)
        self.last_mark = 0

    def written(self) -> bytes:
        places = {name: found for name, found in template.placeholders(self.document) if name in template.BLOCKS}
        template.fill(self.document, self._values())
        end = self.document.element.body.sectPr
        # Without a place of their own the annexes come last.
        after = places.get("annexes")
        if after is None:
            after = el("p")
            end.addprevious(after)
        for place, made in ((after, self._annexes(self._section(after))), (places["body"], self._body())):
            for found in made:
                place.addprevious(found)
            place.getparent().remove(place)
        return self._saved()

    def _values(self) -> dict[str, str]:
        _ = translator(self.briefing.lang)
        marks = [_("Internal use"), *([_("Demo data")] if self.briefing.demo else [])]
        values = {
            "title": self.briefing.title,
            "unit": self.briefing.unit,
            "area": self.briefing.area_name,
            "date": LOCALES[self.briefing.lang].dated(self.briefing.cutoff, "day"),
            "cutoff": _("Cut-off {moment}").format(moment=LOCALES[self.briefing.lang].dated(self.briefing.cutoff)),
            "marks": "　".join(marks),
        }
        return {name: clean(value) for name, value in values.items()}

    def _body(self) -> list[Element]:
        text = pieces(self.briefing)
        made: list[Element] = []
        for section in self.briefing.sections:
            made.append(self._paragraph(styles.HEADING, run(clean(section.title))))
            for found in filter(has_text, section.paragraphs):
                inside = [element for piece in text[section.id, found.id] for element in self._piece(piece)]
                anchor = self.edits.get((section.id, found.id))
                if anchor is not None:
                    inside = self._bookmark(anchor, inside)
                made.append(self._paragraph(KINDS[found.kind], *inside))
        _ = translator(self.briefing.lang)
        made.append(self._paragraph(styles.BODY))
        for n, annex in enumerate(self.annexes):
            made.append(self._paragraph(styles.BODY, run((_("Annexes: ") if n == 0 else "　　　") + f"{n + 1}. {annex.title}")))
        return made

    def _piece(self, piece: Piece) -> list[Element]:
        style = styles.BY_HAND if piece.by_hand else styles.NUMBER if piece.figure else None
        printed = run(piece.text, self.style[style] if style else None)
        if piece.figure is None:
            return [printed]
        made = [link(self.rows[piece.figure.id].anchor, printed)]
        return self._bookmark(piece.figure.id, made) if piece.first else made

    def _annexes(self, section: Element) -> list[Element]:
        """Return the annexes; where a page is turned, a section ends. The last section is the one that stands in the document."""
        made: list[Element] = []
        turned, first = False, True

        def turn(landscape: bool) -> None:
            nonlocal turned, first
            if landscape != turned:
                made.append(ending(page(section, landscape=turned, first=first)))
                turned, first = landscape, False

        for annex in self.annexes:
            for n, block in enumerate(annex.blocks):
                turn(block.landscape)
                if n == 0:
                    made += self._heading(annex)
                made += self._block(block, page(section, landscape=turned, first=False), first=n == 0)
        turn(False)
        if not first:
            plain(section)
        return made

    def _heading(self, annex: Annex) -> list[Element]:
        if isinstance(annex.blocks[0], Picture):  # a map wants the page
            return [self._paragraph(styles.ANNEX, run(f"{annex.heading}　{annex.title}"))]
        note = [self._paragraph(styles.NOTE, run(annex.note))] if annex.note else []
        return [self._paragraph(styles.ANNEX, run(annex.heading)), self._paragraph(styles.ANNEX_TITLE, run(annex.title)), *note]

    def _block(self, block: Grid | Picture, section: Element, *, first: bool) -> list[Element]:
        across, down = box(section)
        if isinstance(block, Picture):
            return self._picture(block, across, down - CAPTION - (HEADING if first else 0))
        title = [self._paragraph(styles.CAPTION, run(block.title))] if block.title else []
        head = [self._paragraph(styles.CELL_HEAD, run(column)) for column in block.columns]
        lines = ([self._cell(cell, small=block.small) for cell in row] for row in block.rows)
        return [*title, table(self.style[styles.GRID], block.widths, across, [head, *lines]), self._paragraph(styles.CELL)]

    def _cell(self, cell: Cell, *, small: bool) -> Element:
        inside = [run(cell.text, self.style[styles.NUMBER] if cell.link else None)]
        if cell.link:
            inside = [link(cell.link, *inside)]
        if cell.anchor:
            inside = self._bookmark(cell.anchor, inside)
        return self._paragraph(styles.CELL_SMALL if small else styles.CELL_FIGURE if cell.figure else styles.CELL, *inside)

    def _picture(self, picture: Picture, across: float, down: float) -> list[Element]:
        width, height = picture.size
        scale = min(across / width, down / height) * EMU
        inline = self.document.part.new_pic_inline(io.BytesIO(picture.png), Emu(round(width * scale)), Emu(round(height * scale)))
        inline.docPr.set("descr", picture.caption)
        drawn = el("r", el("drawing", inline))
        return [self._paragraph(styles.PICTURE, drawn), self._paragraph(styles.PICTURE_CAPTION, run(picture.caption))]

    def _section(self, place: Element) -> Element:
        """Return the layout in force at a place: that of the section which ends next."""
        following = (found for later in place.itersiblings() for found in later.iter(qn("w:sectPr")))
        found: Element = next(following)
        return found

    def _paragraph(self, style: str, *inside: Element) -> Element:
        return paragraph(self.style[style], *inside)

    def _bookmark(self, name: str, inside: Iterable[Element]) -> list[Element]:
        self.last_mark += 1
        return list(bookmark(self.last_mark, name, *inside))

    def _saved(self) -> bytes:
        told = self.document.core_properties
        moment = self.briefing.cutoff.astimezone(UTC).replace(tzinfo=None)
        told.title, told.author, told.last_modified_by = (
            clean(text)[:250] for text in (self.briefing.title, self.briefing.unit, self.briefing.unit)
        )
        told.created = told.modified = moment
        told.revision, told.language = 1, LOCALES[self.briefing.lang].tag
        out = io.BytesIO()
        self.document.save(out)
        return repacked(out.getvalue())
