"""The user's own workbook back, with the cells that were rejected filled and commented."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import openpyxl
from openpyxl.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from errors import mark
from ledgers.exports import safe_cell
from ledgers.intake.readers import Table, text_of
from ledgers.intake.rows import Rejection

FILL = PatternFill("solid", fgColor="FFC7CE")
# Excel slows down under more comments than this; the cells beyond are filled all the same.
MAX_COMMENTS = 2000


def write_marked(path: Path, table: Table, rejected: Iterable[Rejection], folder: Path, *, translate: Callable[[str], str] = mark) -> Path:
    """Write a workbook with the rejected cells marked and return where it is: the file's own, or one made of its table."""
    own = path.suffix.lower() == ".xlsx"
    book = openpyxl.load_workbook(path) if own else _book_of(table)
    sheet = book[table.sheet] if own and table.sheet else book.worksheets[0]
    for number, rejection in enumerate(rejected):
        # What is missing altogether is marked behind the last column.
        cell = sheet.cell(rejection.row, table.columns.get(rejection.column, max(table.columns.values()) + 1))
        if isinstance(cell, MergedCell):
            continue
        cell.fill = FILL
        if number < MAX_COMMENTS:
            cell.comment = Comment(f"{rejection.column}: {rejection.reason.text(translate)}", "EpiGrid")
    folder.mkdir(parents=True, exist_ok=True)
    out = folder / f"{path.stem}-marked.xlsx"
    temporary = out.with_suffix(".part")
    book.save(temporary)
    temporary.replace(out)
    return out


def _book_of(table: Table) -> openpyxl.Workbook:
    """Return a workbook with the table's cells at the rows and columns that rejections name."""
    book = openpyxl.Workbook()
    sheet: Worksheet = book.worksheets[0]
    for name, column in table.columns.items():
        safe_cell(sheet.cell(table.heading_row, column), name)
    for name, column in table.columns.items():
        for row, value in zip(table.rows, table.cells[name], strict=True):
            if text_of(value) is not None:
                safe_cell(sheet.cell(int(row), column), value if isinstance(value, int | float) else text_of(value))
    return book
