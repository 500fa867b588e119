"""What follows the text, in the order of print: changes, tables, maps, what was learned later, and the numbered appendix."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from briefing.model import UNKNOWN, Briefing, Paragraph, Table
from briefing.writers import Sheet
from briefing.writers.appendix import edited, has_text, rows
from briefing.writers.text import clean
from words import LOCALES, Translate, translator

# In Latin letters, with the room between columns: a column is given no more, and no less, however long its texts are.
NARROWEST, WIDEST, ROOM = 4, 36, 2
# What a line of a table holds on upright and on turned paper; a table that asks for more than the first is turned.
UPRIGHT, TURNED = 82, 120


@dataclass(frozen=True)
class Cell:
    """A cell as printed: ``anchor`` is a place that a link can lead to, ``link`` where a click on it leads; figures stand to the right."""

    text: str
    anchor: str | None = None
    link: str | None = None
    figure: bool = False


@dataclass(frozen=True)
class Grid:
    """A table as printed; ``widths`` are shares of the line that make one, ``small`` is for what is looked up rather than read."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...]
    landscape: bool = False
    small: bool = False


@dataclass(frozen=True)
class Picture:
    """A map with its caption; ``size`` is the picture's in pixels."""

    caption: str
    png: bytes
    size: tuple[int, int]

    @property
    def landscape(self) -> bool:
        """Return whether it is wider than high."""
        return self.size[0] > self.size[1]


@dataclass(frozen=True)
class Annex:
    """An annex: its heading (附件1), its title, and what stands in it."""

    heading: str
    title: str
    blocks: tuple[Grid | Picture, ...]
    note: str = ""


def annexes(briefing: Briefing, sheets: Sequence[Sheet]) -> tuple[Annex, ...]:
    """Return the annexes that have something in them, numbered; the appendix of the numbers is the last."""
    _ = translator(briefing.lang)
    previous, cutoff = (LOCALES[briefing.lang].dated(moment) for moment in (briefing.previous, briefing.cutoff))
    changed = tuple(printed(table, _(UNKNOWN)) for table in briefing.changes if table.rows)
    found: list[tuple[str, tuple[Grid | Picture, ...], str]] = [
        (_("What changed since the last briefing"), changed, _("Compared with {moment}.").format(moment=previous)),
        (_("Tables"), tuple(printed(table, _(UNKNOWN)) for table in briefing.tables if table.rows), ""),
        (_("Maps"), pictures(briefing, sheets), ""),
        (_("Learned after the cut-off"), _later(briefing), _("The text keeps the figures as known at the cut-off.")),
        (
            _("Where each number comes from"),
            (*_numbers(briefing), *_edited(briefing)),
            _("All as known at the cut-off, {moment}.").format(moment=cutoff),
        ),
    ]
    kept = [part for part in found if part[1]]
    return tuple(Annex(_("Annex {n}").format(n=n), title, blocks, note) for n, (title, blocks, note) in enumerate(kept, 1))


def printed(table: Table, unknown: str) -> Grid:
    """Return a table as printed: columns as wide as their texts ask for, turned when it is too wide for upright paper."""
    figures = [not any(isinstance(row[n], str) for row in table.rows) for n in range(len(table.columns))]
    cells = tuple(tuple(Cell(value_text(value, unknown), figure=figures[n]) for n, value in enumerate(row)) for row in table.rows)
    columns = tuple(clean(column) for column in table.columns)
    spans = [_span([columns[n], *(row[n].text for row in cells)]) for n in range(len(columns))]
    turned = sum(least for least, _most in spans) > UPRIGHT
    return Grid(clean(table.title), columns, cells, _shares(_fitted(spans, TURNED if turned else UPRIGHT)), landscape=turned)


def pictures(briefing: Briefing, sheets: Sequence[Sheet]) -> tuple[Picture, ...]:
    """Return the maps with numbered captions: 图1 …."""
    _ = translator(briefing.lang)
    return tuple(
        Picture(_("Map {n}: {title}").format(n=n, title=clean(sheet.title)), sheet.png, _size(sheet.png))
        for n, sheet in enumerate(sheets, 1)
    )


def letters(text: str) -> int:
    """Return how wide a text is in Latin letters; a Chinese one takes two.

    >>> letters("3 号门")
    6
    """
    return sum(2 if unicodedata.east_asian_width(letter) in "FW" else 1 for letter in text)


def value_text(value: str | int | float | None, unknown: str) -> str:
    """Return the value of a cell as printed; one that nothing backs is ``unknown``.

    >>> [value_text(value, "不详") for value in (None, 1234, 97.5, 2.0, "=1")]
    ['不详', '1,234', '97.5', '2', '=1']
    """
    if value is None:
        return unknown
    if isinstance(value, str):
        return clean(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}".rstrip("0").rstrip(".")


def _span(texts: list[str]) -> tuple[float, float]:
    """Return how wide a column is at least, its texts in two lines, and at most, in one; the first text is its heading."""
    longest, heading = max(map(letters, texts[1:])), letters(texts[0])
    halved = longest if longest <= NARROWEST * 2 else longest / 2 + 2
    least, most = (max(text, head, NARROWEST) for text, head in ((halved, heading / 2 + 1), (longest, heading)))
    return min(least, WIDEST) + ROOM, min(most, WIDEST) + ROOM


def _fitted(spans: list[tuple[float, float]], line: float) -> list[float]:
    """Return the width of each column: what is left of the line when each has its least is shared by what more they ask for."""
    left, asked = line - sum(least for least, _most in spans), sum(most - least for least, most in spans)
    more = min(max(left / asked, 0), 1) if asked else 0
    return [least + (most - least) * more for least, most in spans]


def _shares(wanted: Sequence[float]) -> tuple[float, ...]:
    return tuple(width / sum(wanted) for width in wanted)


def _size(png: bytes) -> tuple[int, int]:
    """Return width and height of a PNG: they stand at the same place in each."""
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


def _numbers(briefing: Briefing) -> tuple[Grid, ...]:
    _ = translator(briefing.lang)
    columns = (_("No."), _("What it counts"), _("The number"), _("Query and its sources"), _("Cut-off"))
    cutoff = LOCALES[briefing.lang].dated(briefing.cutoff, "short")
    cells = tuple(
        (
            Cell(str(row.number), anchor=row.anchor, link=row.figure.id),
            Cell(row.counts),
            Cell(_value(clean(row.figure.text), row.by_hand, _), link=row.figure.id),
            Cell(_("{query} (from {names})").format(query=row.query, names=", ".join(row.sources)) if row.sources else row.query),
            Cell(cutoff),
        )
        for row in rows(briefing)
    )
    return (Grid("", columns, cells, _shares((7, 30, 10, 35, 18)), small=True),) if cells else ()


def _value(text: str, by_hand: str | None, _: Translate) -> str:
    return text if by_hand is None else _("{value}; printed by hand: {written}").format(value=text, written=clean(by_hand))


def _later(briefing: Briefing) -> tuple[Grid, ...]:
    _ = translator(briefing.lang)
    anchors = {row.figure.id: row.anchor for row in rows(briefing)}
    columns = (_("What it counts"), _("Known at the cut-off"), _("As known later"))
    cells = tuple(
        (Cell(clean(later.number.label)), Cell(clean(later.number.text), link=anchors.get(later.number.id)), Cell(clean(later.text)))
        for later in briefing.later
    )
    return (Grid("", columns, cells, _shares((44, 20, 36))),) if cells else ()


def _edited(briefing: Briefing) -> tuple[Grid, ...]:
    _ = translator(briefing.lang)
    cells = tuple(
        (Cell(str(n)), Cell(clean(section.title)), Cell(_told(found, _), link=edit_anchor(n) if has_text(found) else None))
        for n, (section, found) in enumerate(edited(briefing), 1)
    )
    columns = (_("No."), _("Part of the text"), _("Paragraph"))
    return (Grid(_("Paragraphs that people wrote or changed"), columns, cells, _shares((7, 18, 75))),) if cells else ()


def _told(found: Paragraph, _: Translate) -> str:
    """Return what a paragraph says that a person has written, and what the system says of the numbers that it has no more."""
    gone = _(" (number removed: {label}; the system says {value})")
    told = [clean(found.text).strip() if has_text(found) else _("(taken out)")]
    return "".join([*told, *(gone.format(label=clean(number.label), value=clean(number.text)) for number in found.removed)])


def edit_anchor(number: int) -> str:
    """Return the bookmark of a paragraph that a person has written, counted from 1."""
    return f"_e{number}"
