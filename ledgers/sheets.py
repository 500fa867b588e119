"""Any table as a file for a spreadsheet: no text in it becomes a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import openpyxl
import pandas as pd
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font

# Control characters cannot be kept in a workbook.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# What a spreadsheet may take for a formula, behind apostrophes of the text's own.
FORMULA = re.compile(r"'*[=+\-@\t\r]")


def csv_bytes(frame: pd.DataFrame, labels: Mapping[str, str]) -> bytes:
    """Return a table as CSV (UTF-8 with BOM, which spreadsheets recognise), under the given headings."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([safe_text(labels.get(column, column)) for column in frame.columns.astype(str)])
    for row in rows(frame):
        writer.writerow([safe_text(value) if isinstance(value, str) else value for value in row])
    return out.getvalue().encode("utf-8-sig")


def xlsx_bytes(frame: pd.DataFrame, labels: Mapping[str, str]) -> bytes:
    """Return a table as a workbook with one sheet and a frozen heading."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    sheet.freeze_panes = "A2"
    heading = [safe_cell(WriteOnlyCell(sheet), labels.get(column, column)) for column in frame.columns.astype(str)]
    for cell in heading:
        cell.font = Font(bold=True)
    sheet.append(heading)
    for row in rows(frame):
        sheet.append([safe_cell(WriteOnlyCell(sheet), value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rows(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Return the rows as plain values: None for missing, moments as wall time to the minute."""
    return list(zip(*([_plain(value) for value in frame[column].tolist()] for column in frame), strict=True))


def _plain(value: Any) -> Any:
    if value is None or pd.isna(value):
        return None
    return value.strftime("%Y-%m-%d %H:%M") if isinstance(value, datetime) else value


def safe_cell(cell: Cell, value: object) -> Cell:
    """Put a value into a workbook's cell such that a text stays text, whatever it begins with."""
    if isinstance(value, str):
        cell.value = CONTROL.sub("", value)
        cell.data_type = "s"
        cell.quotePrefix = bool(FORMULA.match(value))
    else:
        cell.value = value
    return cell


def workbook_cell(sheet: Any, value: Any) -> Any:
    """Return what to append to a write-only sheet for a value; only what needs it is made a cell, which takes longer."""
    plain = CONTROL.sub("", value) if isinstance(value, str) else value
    return safe_cell(WriteOnlyCell(sheet), plain) if isinstance(plain, str) and FORMULA.match(plain) else plain


def safe_text(value: str) -> str:
    """Return a text for a CSV cell: behind an apostrophe where a spreadsheet would take it for a formula (an import strips it)."""
    return f"'{value}" if FORMULA.match(value) else value
