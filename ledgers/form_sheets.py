"""Workbooks with placeholders: finding them, and putting values in; the row of a list comes once for each of its records."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

import openpyxl
from openpyxl.cell import Cell
from openpyxl.formula.translate import Translator
from openpyxl.worksheet.worksheet import Worksheet

from errors import InputError
from ledgers.intake.workbooks import MOST_CELLS
from ledgers.sheets import safe_cell

PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
REFERENCE = re.compile(
    r"(?P<sheet>!)?(?P<a>\$?[A-Z]{1,3}\$?)(?P<first>[0-9]+)(?::(?P<b>\$?[A-Z]{1,3}\$?)(?P<last>[0-9]+))?(?![0-9A-Za-z(])"
)

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Place:
    """A placeholder ``{{group.field}}``, and the cell it stands in; a field of no group has its own name as the group."""

    sheet: str
    cell: str
    row: int
    name: str

    @property
    def group(self) -> str:
        """Return what it is a field of."""
        return self.name.split(".")[0]


def places(book: openpyxl.Workbook) -> Iterator[Place]:
    """Return every placeholder of a workbook. Raises InputError for one inside a formula: it would become part of it."""
    for sheet in book.worksheets:
        for cell in _texts(sheet):
            for name in PLACEHOLDER.findall(cell.value):
                if cell.data_type == "f":
                    raise InputError(
                        "There is a placeholder in the formula in {sheet}!{cell}; write it as text.",
                        sheet=sheet.title,
                        cell=cell.coordinate,
                    )
                yield Place(sheet.title, cell.coordinate, cell.row, name)


def fill(book: openpyxl.Workbook, values: Record, lists: Mapping[str, Sequence[Record]]) -> None:
    """Put values in the places of their names, and records in the rows that name their list, in place.

    A row that names a list comes as often as the list has records, in its own style; what lies below moves down, and formulas with it.
    A cell that is one placeholder alone becomes the value, with its kind; no text becomes a formula.
    """
    for sheet in book.worksheets:
        rows: dict[int, str] = {}
        for cell in _texts(sheet):
            for name in PLACEHOLDER.findall(cell.value):
                group = name.split(".")[0]
                if group in lists:
                    rows[cell.row] = group
        _check_size({row: lists[group] for row, group in rows.items()}, sheet)
        for row in sorted(rows, reverse=True):
            _repeat(sheet, row, rows[row], lists[rows[row]], values)
        for cell in _texts(sheet):
            if cell.data_type != "f" and cell.row not in rows and PLACEHOLDER.search(cell.value):
                _put(cell, cell.value, values)


def _texts(sheet: Worksheet) -> list[Cell]:
    """Return the cells that hold a text, row by row. Only cells that are there: asking a sheet for its rows makes all in between."""
    found = [cell for cell in sheet._cells.values() if isinstance(cell, Cell) and isinstance(cell.value, str)]
    return sorted(found, key=lambda cell: (cell.row, cell.column))


def _row(sheet: Worksheet, row: int) -> dict[int, Cell]:
    """Return the cells that are there in a row, by column."""
    return {column: cell for (number, column), cell in sheet._cells.items() if number == row and isinstance(cell, Cell)}


def _check_size(lists: Mapping[int, Sequence[Record]], sheet: Worksheet) -> None:
    cells = sum(len(records) * len(_row(sheet, row)) for row, records in lists.items())
    if cells > MOST_CELLS:
        raise InputError(
            "The lists of {sheet} would fill {n} cells, more than a form takes; choose a smaller area.", sheet=sheet.title, n=f"{cells:,}"
        )


def _repeat(sheet: Worksheet, row: int, group: str, records: Sequence[Record], values: Record) -> None:
    model = _row(sheet, row)
    texts = {column: cell.value for column, cell in model.items()}
    extra = max(len(records) - 1, 0)
    across = [(r.min_col, r.max_col) for r in sheet.merged_cells.ranges if r.min_row == r.max_row == row]
    if extra:
        _make_room(sheet, row, extra)
    for number in range(row, row + extra + 1):
        told = records[number - row] if records else {}
        said = {**values, **{f"{group}.{name}": value for name, value in told.items()}}
        for column, text in texts.items():
            cell = sheet.cell(number, column)
            if number != row:
                cell._style = copy(model[column]._style)
            if isinstance(text, str) and PLACEHOLDER.search(text):
                _put(cell, text, said)
            elif isinstance(text, str) and text.startswith("="):
                cell.value = Translator(text, f"A{row}").translate_formula(f"A{number}")
            elif number != row:
                safe_cell(cell, text)
        if number != row:
            sheet.row_dimensions[number].height = sheet.row_dimensions[row].height
            for first, last in across:
                sheet.merge_cells(start_row=number, end_row=number, start_column=first, end_column=last)


def _make_room(sheet: Worksheet, row: int, extra: int) -> None:
    """Move everything below a row down by so many rows: cells, merged ranges, heights and what formulas refer to."""
    last = sheet.max_row
    below = [r for r in sheet.merged_cells.ranges if r.min_row > row]
    bounds = [(r.min_row, r.min_col, r.max_row, r.max_col) for r in below]
    for first, left, end, right in bounds:
        sheet.unmerge_cells(start_row=first, start_column=left, end_row=end, end_column=right)
    heights = {number: sheet.row_dimensions[number].height for number in range(row + 1, last + 1)}
    for number, column in sorted((place for place in sheet._cells if place[0] > row), reverse=True):
        sheet._move_cell(number, column, extra, 0)
    for first, left, end, right in bounds:
        sheet.merge_cells(start_row=first + extra, start_column=left, end_row=end + extra, end_column=right)
    for number, height in sorted(heights.items(), reverse=True):
        sheet.row_dimensions[number + extra].height = height
    for cell in _texts(sheet):
        if cell.data_type == "f":
            cell.value = moved(cell.value, row, extra)


def moved(formula: str, row: int, extra: int) -> str:
    """Return a formula after rows were put in behind a row; a range that ends in it takes them in. Other sheets stay as they are.

    >>> moved("=SUM(C5:C5)+C6*Sheet2!C9", 5, 3)
    '=SUM(C5:C8)+C9*Sheet2!C9'
    """

    def shifted(found: re.Match[str]) -> str:
        if found["sheet"]:
            return found.group()
        first = int(found["first"]) + (extra if int(found["first"]) > row else 0)
        if not found["b"]:
            return f"{found['a']}{first}"
        last = int(found["last"]) + (extra if int(found["last"]) >= row else 0)
        return f"{found['a']}{first}:{found['b']}{last}"

    return REFERENCE.sub(shifted, formula)


def _put(cell: Cell, text: str, values: Record) -> None:
    alone = PLACEHOLDER.fullmatch(text.strip())
    if alone:
        safe_cell(cell, values.get(alone[1]))
        return
    safe_cell(cell, PLACEHOLDER.sub(lambda found: _said(values.get(found[1])), text))


def _said(value: Any) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
