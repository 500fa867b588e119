"""Slides for the meeting: the numbers large, the four parts short, the maps, what changed, and where the numbers come from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC

from briefing.model import UNKNOWN, Briefing, Number, Paragraph, Section
from briefing.writers import Sheet
from briefing.writers.annexes import Cell, Grid, pictures, printed
from briefing.writers.appendix import Piece, Row, has_text, pieces, rows
from briefing.writers.headlines import Headline, headlines
from briefing.writers.office import repacked
from briefing.writers.slides import (
    BLUE,
    BODY,
    FRONT_TITLE,
    GROUND,
    INK,
    LEADING,
    MAP,
    MARGIN,
    QUIET,
    RED,
    Box,
    Deck,
    Ink,
    Line,
    fitted,
    row_height,
)
from briefing.writers.text import clean
from words import LOCALES, Translate, translator

# A part takes two slides, in the largest of these sizes in which it does; more in the smallest.
SIZES = (20.0, 18.0, 16.0)
SLIDES_A_PART = 2
CARDS = (4, 2)  # across and down
GAP = 16.0
WIDOWS = 3  # lines of a long paragraph that stand together
COLUMN = (BODY.width - 24) / 2
TABLE_SIZES, CAPTION_SIZE = (12.0, 10.5, 9.0), 14.0
CHANGES_SHOWN = 12  # of a kind; the other files list all


def write(briefing: Briefing, sheets: Sequence[Sheet] = ()) -> bytes:
    """Return a briefing as slides of 16:9; under each slide stands in its notes where its numbers come from.

    Texts are measured so that none runs over its slide: a long part goes on on the next. The same briefing gives the same bytes.
    """
    return _Talk(briefing, sheets).bytes()


class _Talk:
    def __init__(self, briefing: Briefing, sheets: Sequence[Sheet]) -> None:
        self._ = _ = translator(briefing.lang)
        self.briefing, self.sheets = briefing, sheets
        self.cutoff = _("Cut-off {moment}").format(moment=LOCALES[briefing.lang].dated(briefing.cutoff))
        marks = [_("Internal use"), *([_("Demo data")] if briefing.demo else [])]
        self.deck = Deck(lang=briefing.lang, foot=f"{clean(briefing.unit)}  {self.cutoff}", marks=" · ".join(marks))
        self.rows = rows(briefing)

    def bytes(self) -> bytes:
        self._front()
        self._headlines()
        written = pieces(self.briefing)
        for section in self.briefing.sections:
            self._section(section, [(p, written[section.id, p.id]) for p in section.paragraphs if has_text(p)])
        for picture, sheet in zip(pictures(self.briefing, self.sheets), self.sheets, strict=True):
            slide = self.deck.slide(clean(sheet.title), self._notes(()), kind="map")
            self.deck.picture(slide, picture.png, picture.size, MAP)
        self._changes()
        self._sources()
        title, unit = clean(self.briefing.title), clean(self.briefing.unit)
        return repacked(self.deck.file(title=title, author=unit, moment=self.briefing.cutoff.astimezone(UTC).replace(tzinfo=None)))

    def _notes(self, figures: Iterable[Number]) -> str:
        """Return the notes of a slide: each number on it with the query that answers it."""
        _ = self._
        told = {row.figure.id: row for row in self.rows}
        names = list(dict.fromkeys(figure.id for figure in figures if figure.id in told))
        if not names:
            return _("There are no numbers of the text on this slide.")
        head = _("Where the numbers of this slide come from, as known at {moment}:").format(
            moment=LOCALES[self.briefing.lang].dated(self.briefing.cutoff)
        )
        return "\n".join([head, *(self._source(told[name]) for name in names)])

    def _source(self, row: Row) -> str:
        template = self._("{n}. {label}: {value} (query {query})")
        told = template.format(n=row.number, label=row.counts, value=clean(row.figure.text), query=row.query)
        return told if row.by_hand is None else told + self._("; printed by hand: {written}").format(written=clean(row.by_hand))

    def _front(self) -> None:
        slide = self.deck.slide(clean(self.briefing.title), self._notes(()), kind="front")
        self.deck.bar(slide, Box(MARGIN, FRONT_TITLE.top, 8, 240), BLUE)
        below = Box(FRONT_TITLE.left, FRONT_TITLE.top + FRONT_TITLE.height + 20, FRONT_TITLE.width, 34)
        self.deck.text(slide, below, [fitted(clean(self.briefing.unit), below, (22, 18, 14), bold=False)])
        under = replace(below, top=below.top + 38)
        self.deck.text(slide, under, [fitted(self.cutoff, under, (18,), colour=QUIET, bold=False)])

    def _headlines(self) -> None:
        shown = headlines(self.briefing)
        if not shown:
            return
        slide = self.deck.slide(self._("Headline numbers"), self._notes(headline.figure for headline in shown))
        across, down = CARDS
        width, height = (BODY.width - GAP * (across - 1)) / across, (BODY.height - GAP * (down - 1)) / down
        for n, headline in enumerate(shown):
            left, top = BODY.left + n % across * (width + GAP), BODY.top + n // across * (height + GAP)
            self._card(slide, headline, Box(left, top, width, height))

    def _card(self, slide: object, headline: Headline, box: Box) -> None:
        colour = RED if headline.alarming else BLUE
        self.deck.bar(slide, box, GROUND)
        self.deck.bar(slide, Box(box.left, box.top, 5, box.height), colour)
        inner = Box(box.left + 20, box.top + 14, box.width - 32, 72)
        self.deck.text(slide, inner, [fitted(headline.text, inner, (48, 40, 32, 24, 18), colour=colour)])
        counts = replace(inner, top=inner.top + 74, height=66)
        self.deck.text(slide, counts, [fitted(headline.counts, counts, (15, 13), colour=INK, bold=False)])
        change = replace(inner, top=counts.top + 68, height=36)
        self.deck.text(slide, change, [fitted(headline.change, change, (12, 11), colour=QUIET, bold=False)])

    def _section(self, section: Section, told: Sequence[tuple[Paragraph, tuple[Piece, ...]]]) -> None:
        for size in SIZES:
            lines = [_line(paragraph, found, size) for paragraph, found in told]
            pages = paginate(lines, BODY.width, BODY.height)
            if len(pages) <= SLIDES_A_PART:
                break
        pages = evened(lines, len(pages))
        for n, page in enumerate(pages, 1):
            title = self._part(clean(section.title), n, len(pages))
            slide = self.deck.slide(title, self._notes(ink.figure for line in page for ink in line.inks if ink.figure))
            self.deck.text(slide, BODY, page)

    def _part(self, title: str, n: int, of: int) -> str:
        return title if of == 1 else self._("{title} ({n} of {of})").format(title=title, n=n, of=of)

    def _changes(self) -> None:
        _ = self._
        grids = [_shortened(printed(table, _(UNKNOWN)), _) for table in self.briefing.changes if table.rows]
        if self.briefing.later:
            known = _("As known later")
            columns = (_("What it counts"), _("Known at the cut-off"), known)
            cells = tuple(
                tuple(Cell(clean(text)) for text in (found.number.label, found.number.text, found.text)) for found in self.briefing.later
            )
            grids.append(_shortened(Grid(_("Learned after the cut-off"), columns, cells, (0.5, 0.2, 0.3)), _))
        title = _("What changed since the last briefing")
        if not grids:
            slide = self.deck.slide(title, self._notes(()))
            since = _("Nothing has changed since {moment}.").format(moment=LOCALES[self.briefing.lang].dated(self.briefing.previous))
            self.deck.text(slide, BODY, [Line((Ink(since),), SIZES[0])])
        self._tables(title, grids, self._notes(later.number for later in self.briefing.later))

    def _sources(self) -> None:
        _ = self._
        columns = (_("No."), _("What it counts"), _("The number"), _("Query"))
        cells = tuple((Cell(str(row.number)), Cell(row.counts), Cell(clean(row.figure.text)), Cell(row.query)) for row in self.rows)
        if cells:
            self._tables(_("Where each number comes from"), [Grid("", columns, cells, (0.07, 0.46, 0.12, 0.35))], self._notes(()))

    def _tables(self, title: str, grids: Sequence[Grid], notes: str) -> None:
        for size in TABLE_SIZES:
            columns = flowed(grids, COLUMN, BODY.height, size)
            if len(columns) <= 2:
                break
        pages = [columns[at : at + 2] for at in range(0, len(columns), 2)]
        for n, page in enumerate(pages, 1):
            slide = self.deck.slide(self._part(title, n, len(pages)), notes)
            for at, column in enumerate(page):
                self._column(slide, column, BODY.left + at * (COLUMN + 24), size)

    def _column(self, slide: object, column: Sequence[Grid], left: float, size: float) -> None:
        top = BODY.top
        for grid in column:
            if grid.title:
                box = Box(left, top, COLUMN, caption_height(grid))
                self.deck.text(slide, box, [_caption(grid)])
                top += box.height
            self.deck.table(slide, grid, left, top, COLUMN, size)
            top += table_height(grid, COLUMN, size) + GAP


def _line(paragraph: Paragraph, found: Sequence[Piece], size: float) -> Line:
    head = paragraph.kind == "heading"
    colours = [RED if piece.by_hand else BLUE if piece.figure or head else INK for piece in found]
    inks = tuple(
        Ink(piece.text, colour, head or piece.by_hand or piece.figure is not None, piece.figure)
        for piece, colour in zip(found, colours, strict=True)
    )
    return Line(inks, size, above=size * (0.5 if head else 0.25), item=paragraph.kind == "item", head=head)


def paginate(written: Sequence[Line], width: float, height: float) -> list[list[Line]]:
    """Return paragraphs on pages: none is higher than ``height``, no heading stands last where there is room, only long ones are cut."""
    pages: list[list[Line]] = [[]]
    left = height
    rest = list(written)
    while rest:
        if pages[-1] and _wanted(rest, width) > left:
            pages.append([])
            left = height
        line, more = rest.pop(0).split(width, left)
        pages[-1].append(line)
        left -= line.height(width)
        if more:
            rest.insert(0, more)
            pages.append([])
            left = height
    return pages


def _wanted(rest: Sequence[Line], width: float) -> float:
    """Return how much room the next paragraph wants: all of it, of a long one its first lines, and a heading what follows it too."""
    line = rest[0]
    first = WIDOWS * line.size * LEADING + line.above
    least = first if line.height(width) > 2 * first else line.height(width)
    return least + (_wanted(rest[1:], width) if line.head and len(rest) > 1 else 0.0)


def evened(written: Sequence[Line], pages: int) -> list[list[Line]]:
    """Return paragraphs on as many slides as they need, about the same on each."""
    whole = sum(line.height(BODY.width) for line in written)
    room = min(whole / pages, BODY.height)
    while len(found := paginate(written, BODY.width, room)) > pages and room < BODY.height:
        room = min(room + SIZES[-1], BODY.height)
    return found


def _shortened(grid: Grid, _: Translate) -> Grid:
    """Return a table with its first rows; its title says how many there are."""
    if len(grid.rows) <= CHANGES_SHOWN:
        return grid
    title = _("{title} ({shown} of {n}; the other files list all)").format(title=grid.title, shown=CHANGES_SHOWN, n=len(grid.rows))
    return replace(grid, title=title, rows=grid.rows[:CHANGES_SHOWN])


def flowed(grids: Sequence[Grid], width: float, height: float, size: float) -> list[list[Grid]]:
    """Return tables in columns of a height, each as far as it fits, going on under its headings in the next."""
    columns: list[list[Grid]] = [[]]
    left = height
    for grid in grids:
        rest = grid
        while rest.rows:
            fits, whole = _rows_that_fit(rest, width, left, size), _rows_that_fit(rest, width, height, size)
            # What a column can hold whole is not torn apart.
            if columns[-1] and (fits == 0 or fits < len(rest.rows) == whole):
                columns.append([])
                left = height
                continue
            here = replace(rest, rows=rest.rows[: max(fits, 1)])
            columns[-1].append(here)
            left -= caption_height(here) + table_height(here, width, size) + GAP
            rest = replace(rest, rows=rest.rows[max(fits, 1) :])
    return [column for column in columns if column]


def _rows_that_fit(grid: Grid, width: float, height: float, size: float) -> int:
    left = height - caption_height(grid) - row_height(grid.columns, grid.widths, width, size)
    for n, row in enumerate(grid.rows):
        left -= row_height([cell.text for cell in row], grid.widths, width, size)
        if left < 0:
            return n
    return len(grid.rows)


def table_height(grid: Grid, width: float, size: float) -> float:
    """Return how high a table is with its headings, in points."""
    return sum(row_height(row, grid.widths, width, size) for row in (grid.columns, *([cell.text for cell in row] for row in grid.rows)))


def _caption(grid: Grid) -> Line:
    return Line((Ink(grid.title, INK, True),), CAPTION_SIZE)


def caption_height(grid: Grid) -> float:
    """Return how high the title of a table is, in points."""
    return _caption(grid).height(COLUMN) + 4 if grid.title else 0.0
