"""The user's own workbook back, with the cells that were rejected filled and commented."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell import Cell, MergedCell, WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from errors import N_, InputError
from ledgers.intake.readers import WORKBOOK_FAULTS, Table, text_of
from ledgers.intake.rows import Rejection
from ledgers.intake.workbooks import open_whole
from ledgers.sheets import workbook_cell

FILL = PatternFill("solid", fgColor="FFC7CE")
# Excel slows down under more comments than this; the cells beyond are filled all the same.
MAX_COMMENTS = 2000
# A workbook with more rows is not loaded whole, which takes minutes; its cells are written into a new one.
MAX_PATCHED_ROWS = 20_000

# The row and column of a cell, and the comment on it; none where there are too many.
Marks = Mapping[tuple[int, int], str | None]


def write_marked(path: Path, table: Table, rejected: Iterable[Rejection], folder: Path, *, translate: Callable[[str], str] = N_) -> Path:
    """Write a workbook with the rejected cells marked and return where it is.

    It is the file's own where that is a workbook of ordinary size that can be loaded and saved whole, else one made of the table.
    """
    folder.mkdir(parents=True, exist_ok=True)
    out = folder / f"{path.stem}-marked.xlsx"
    temporary = out.with_suffix(".part")
    marks = _marks(table, rejected, translate)
    if not (path.suffix.lower() == ".xlsx" and len(table.rows) <= MAX_PATCHED_ROWS and _patched(path, table.sheet, marks, temporary)):
        _write_table(table, marks, temporary)
    temporary.replace(out)
    return out


def _marks(table: Table, rejected: Iterable[Rejection], translate: Callable[[str], str]) -> Marks:
    # What is missing altogether is marked behind the last column.
    behind = max(table.columns.values()) + 1
    marks: dict[tuple[int, int], str | None] = {}
    for rejection in rejected:
        comment = f"{rejection.column}: {rejection.reason.text(translate)}" if len(marks) < MAX_COMMENTS else None
        marks[rejection.row, table.columns.get(rejection.column, behind)] = comment
    return marks


def _patched(path: Path, sheet: str | None, marks: Marks, out: Path) -> bool:
    """Mark cells in a copy of a workbook; tell whether it could be done: a workbook that can be read row by row need not load whole."""
    try:
        book = open_whole(path, keep_links=True)
        cells = book[sheet] if sheet else book.worksheets[0]
        for (row, column), comment in marks.items():
            cell = cells.cell(row, column)
            if not isinstance(cell, MergedCell):
                _mark(cell, comment)
        book.save(out)
    except (InputError, *WORKBOOK_FAULTS):
        return False
    return True


def _write_table(table: Table, marks: Marks, out: Path) -> None:
    """Write the table's cells at the rows and columns where the file has them, marked."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    width = max([*table.columns.values(), *(column for _, column in marks)])
    heading: list[Any] = [None] * width
    for name, column in table.columns.items():
        heading[column - 1] = workbook_cell(sheet, name)
    for _ in range(table.heading_row - 1):
        sheet.append([])
    sheet.append(heading)
    written = table.heading_row
    positions = [column - 1 for column in table.columns.values()]
    marked: dict[int, list[tuple[int, str | None]]] = {}
    for (row, column), comment in marks.items():
        marked.setdefault(row, []).append((column, comment))
    for number, values in zip(table.rows.tolist(), zip(*(table.cells[name] for name in table.columns), strict=True), strict=True):
        for _ in range(number - written - 1):
            sheet.append([])
        cells: list[Any] = [None] * width
        for position, value in zip(positions, values, strict=True):
            cells[position] = workbook_cell(sheet, value if isinstance(value, int | float) else text_of(value))
        for column, comment in marked.get(number, ()):
            held = cells[column - 1]
            cells[column - 1] = _mark(held if isinstance(held, Cell) else WriteOnlyCell(sheet, held), comment)
        sheet.append(cells)
        written = number
    book.save(out)


def _mark(cell: Cell, comment: str | None) -> Cell:
    cell.fill = FILL
    if comment is not None:
        cell.comment = Comment(comment, "EpiGrid")
    return cell
