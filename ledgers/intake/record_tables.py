"""The table in a village's own workbook: its heading may stand in two rows, and titles, notes and sums around it are no records."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ledgers.intake.columns import field_of, folded
from ledgers.intake.readers import TEXTS, Sheet, Table, Tell, best_heading, filled, read_sheet, table_of, text_of
from ledgers.intake.record_values import PARTS_OF_DAY

KINDS = (".xlsx", *TEXTS)
# What the first words of a row say that is no record: sums, and who filled in and checked the form.
CLOSING = re.compile(
    r"\s*(?:(?:合\s*计|总\s*计|小\s*计|共\s*计|累\s*计)\s*(?:[:：(（].*|\d.*)?$"
    r"|(?:填\s*表|填\s*报|制\s*表|审\s*核|复\s*核|经\s*办|负\s*责|报\s*送|统\s*计)(?:人|单位|日期|时间|领导)?\s*(?:签字|签名|盖章)?\s*[:：]"
    r"|(?:附?\s*注|备\s*注|说\s*明|填表说明|note|notes|total)\s*\d?\s*[:：]|total$)",
    re.IGNORECASE,
)
# A lone text of so many characters with the marks of a sentence is a note.
SENTENCE, SENTENCE_LENGTH = re.compile(r"[，。；：,;:]"), 10


def read_record_table(
    path: Path, layer: str, *, sheet: str | None = None, tell: Tell | None = None
) -> tuple[Table, frozenset[tuple[int, int]]]:
    """Read the table of a ledger of people; return it and which cells (row, column) of its sheet hold a formula.

    Raises
    ------
    InputError
        When the file is no workbook or text table, or holds no rows.
    """

    def recognised(heading: str) -> bool:
        return field_of(layer, heading) is not None

    found = read_sheet(path, recognised=recognised, sheet=sheet, kinds=KINDS, tell=tell)
    headings, last = _headings(found, recognised)
    table = table_of(found, headings, _records(found, headings, last), heading_row=last + 1)
    return table, found.formulas


def _headings(sheet: Sheet, recognised: Callable[[str], bool]) -> tuple[list[str | None], int]:
    """Return the heading of each column, of two rows put together where there are two, and the index of its last row."""
    at, _ = best_heading(sheet.rows, recognised)
    row = [text_of(cell) for cell in sheet.rows[at]]
    below = [text_of(cell) for cell in sheet.rows[at + 1]] if at + 1 < len(sheet.rows) else []
    if _goes_on(row, below, recognised):
        return _joined(row, below, recognised), at + 1
    above = [text_of(cell) for cell in sheet.rows[at - 1]] if at else []
    if any(text and recognised(text) for text in above):
        return _joined(above, row, recognised), at
    return row, at


def _goes_on(row: Sequence[str | None], below: Sequence[str | None], recognised: Callable[[str], bool]) -> bool:
    """Tell whether a row goes on with the heading above it: it says the same, or what a heading says."""
    width = max(len(row), len(below))
    pairs = list(zip(_wide(row, width), _wide(below, width), strict=True))
    new = [low for top, low in pairs if low is not None and low != top]
    return bool(new) and all(folded(text) in PARTS_OF_DAY or recognised(text) for text in new)


def _joined(above: Sequence[str | None], below: Sequence[str | None], recognised: Callable[[str], bool]) -> list[str | None]:
    """Return the headings of two rows as one: 体温 over 上午 and 下午 is 体温上午 and 体温下午."""
    width = max(len(above), len(below))
    headings: list[str | None] = []
    over: str | None = None
    for top, low in zip(_wide(above, width), _wide(below, width), strict=True):
        over = top or (over if low else None)
        if low is None or low == top:
            headings.append(top or low)
        else:
            both = f"{over or ''}{low}"
            headings.append(both if recognised(both) or not recognised(low) else low)
    return headings


def _wide(row: Sequence[str | None], width: int) -> list[str | None]:
    return [*row, *[None] * (width - len(row))]


def _records(sheet: Sheet, headings: Sequence[str | None], last: int) -> list[tuple[int, Sequence[Any]]]:
    """Return the rows under a heading that are records, each with its number."""
    named = [i for i, text in enumerate(headings) if text is not None]
    titled = {number for number, width in sheet.titles.items() if width > 2 and width >= len(named) / 2}
    body = ((number, row) for number, row in enumerate(sheet.rows[last + 1 :], start=last + 2) if filled(row))
    return [(number, row) for number, row in body if not (number in titled or _is_no_record(row, headings, named))]


def _is_no_record(row: Sequence[Any], headings: Sequence[str | None], named: Sequence[int]) -> bool:
    """Tell whether a row is a sum, a signature, a note, or the heading again at the top of a printed page."""
    first = next((cell for cell in row if text_of(cell) is not None), None)
    if not isinstance(first, str):
        return False
    if CLOSING.match(first):
        return True
    if len(first) >= SENTENCE_LENGTH and SENTENCE.search(first) and sum(text_of(cell) is not None for cell in row) == 1:
        return len(named) > 1
    return first == headings[named[0]] and [text_of(row[i]) if i < len(row) else None for i in named] == [headings[i] for i in named]
