"""Ledger files in: one table from a workbook, a text table or a geographic file, each row with its number in the file."""

from __future__ import annotations

import csv
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import numpy as np
import openpyxl
import pandas as pd
from defusedxml.common import DefusedXmlException
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from errors import InputError
from geo import geofiles
from geo.archives import checked_file, checked_zip

# Titles, notes and blank rows above the heading are looked through this far.
HEADING_WITHIN = 30
MAX_COLUMNS = 256
csv.field_size_limit(64 * 1024 * 1024)

Rows = list[Sequence[Any]]
READABLE = (".xlsx", ".csv", ".txt", ".tsv", *geofiles.READERS)


@dataclass(frozen=True)
class Table:
    """What a file holds: cells as found, the row number of each (1-based, as Excel shows), where the heading stood.

    ``columns`` gives the 1-based column of each heading; ``geometry`` and ``crs`` (``EPSG:n``, if the file names one) come from
    geographic files alone. A row of such a file is numbered as if its table stood under one heading row.
    """

    cells: pd.DataFrame
    rows: np.ndarray[Any, np.dtype[np.int64]]
    columns: dict[str, int]
    sheet: str | None = None
    heading_row: int = 1
    geometry: np.ndarray[Any, np.dtype[np.object_]] | None = None
    crs: str | None = None


def read_table(path: Path, *, recognised: Callable[[str], bool], sheet: str | None = None) -> Table:
    """Read a file by its extension; its content must be what the extension says.

    Parameters
    ----------
    recognised
        Tells whether a text is a heading of the layer; the row with most of them is the heading.
    sheet
        The sheet of a workbook; by default the one whose heading is recognised best.

    Raises
    ------
    InputError
        When the file cannot be read as what it claims to be, or holds no rows.
    """
    checked_file(path)
    suffix = path.suffix.lower()
    if suffix in geofiles.READERS:
        return _from_features(geofiles.read_features(path), path)
    if suffix in (".csv", ".txt", ".tsv"):
        return _from_rows(_read_text(path, recognised), recognised, sheet=None, where=path.name)
    if suffix != ".xlsx":
        raise InputError("The file {file} cannot be imported; give one of: {kinds}.", file=path.name, kinds=" ".join(READABLE))
    tables = {name: rows for name, rows in _read_workbook(path, sheet).items() if any(_filled(row) for row in rows)}
    if not tables:
        raise InputError("The workbook {file} has no rows.", file=path.name)
    best = max(tables, key=lambda name: _best_heading(tables[name], recognised)[1])
    return _from_rows(tables[best], recognised, sheet=best, where=f"{path.name} / {best}")


def text_of(cell: object) -> str | None:
    """Return a cell as text: whole numbers without a decimal point, blanks at the ends cut, None for nothing."""
    if cell is None or (isinstance(cell, float) and cell != cell):
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    text = str(cell).rstrip().lstrip(" \u3000\u00a0\ufeff\n")
    return text or None


def _filled(row: Sequence[Any]) -> bool:
    return any(text_of(cell) is not None for cell in row)


def _best_heading(rows: Rows, recognised: Callable[[str], bool]) -> tuple[int, int]:
    """Return the index of the heading row, and how many of its cells are recognised; without any, the first row with text."""
    first = next(i for i, row in enumerate(rows) if _filled(row))
    scores = {i: sum(recognised(t) for c in row if (t := text_of(c))) for i, row in enumerate(rows[: first + HEADING_WITHIN])}
    best = max(scores, key=lambda i: (scores[i], -i))
    return (best, scores[best]) if scores[best] else (first, 0)


def _from_rows(rows: Rows, recognised: Callable[[str], bool], *, sheet: str | None, where: str) -> Table:
    if not any(_filled(row) for row in rows):
        raise InputError("The table {where} has no rows.", where=where)
    at, _ = _best_heading(rows, recognised)
    columns: dict[str, int] = {}
    for position, cell in enumerate(rows[at], start=1):
        text = text_of(cell)
        if text is not None:
            columns[text if text not in columns else f"{text} ({get_column_letter(position)})"] = position
    body = [(number, row) for number, row in enumerate(rows[at + 1 :], start=at + 2) if _filled(row)]
    if not body:
        raise InputError("The table {where} has a heading but no rows.", where=where)
    cells = {name: [row[i - 1] if i <= len(row) else None for _, row in body] for name, i in columns.items()}
    numbers = np.array([number for number, _ in body], dtype=np.int64)
    return Table(pd.DataFrame(cells, dtype="object"), numbers, columns, sheet, at + 1)


def _from_features(features: geofiles.Features, path: Path) -> Table:
    if not len(features.cells):
        raise InputError("The file {file} has no features.", file=path.name)
    cells = features.cells.astype("object").where(features.cells.notna(), None)
    cells.columns = [str(c) for c in cells]
    columns = {str(name): i for i, name in enumerate(cells, start=1)}
    rows = np.arange(2, len(cells) + 2, dtype=np.int64)
    return Table(cells.reset_index(drop=True), rows, columns, geometry=features.geometry, crs=features.crs)


# Text tables ----------------------------------------------------------------------------------------------------------------

ESCAPED = re.compile(r"'+[=+\-@\t\r]")


def _read_text(path: Path, recognised: Callable[[str], bool]) -> Rows:
    text = _decoded(path.read_bytes(), path.name)
    try:
        rows: Rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, path, recognised)))
    except csv.Error as error:
        raise InputError("The file {file} is not a text table: {why}.", file=path.name, why=error) from None
    if "'" in text:
        # The apostrophe that keeps a spreadsheet from reading a text as a formula is not part of the text.
        rows = [[cell[1:] if cell[:1] == "'" and ESCAPED.match(cell) else cell for cell in row] for row in rows]
    return rows


def _delimiter(text: str, path: Path, recognised: Callable[[str], bool]) -> str:
    """Return the delimiter under which one of the first rows has most recognised headings, else most cells; a tab for tab-separated."""
    marks = (",", "\t", ";") if path.suffix.lower() == ".csv" else ("\t", ",", ";")

    def fitness(mark: str) -> tuple[int, int]:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
        head: Rows = [row for row in islice(lines, HEADING_WITHIN) if _filled(row)]
        return (_best_heading(head, recognised)[1], max(map(len, head))) if head else (0, 0)

    return max(marks, key=fitness)


def _decoded(data: bytes, file: str) -> str:
    """Return the text of a file in UTF-8 (with or without mark), UTF-16 with mark, or GB18030."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings: tuple[str, ...] = ("utf-16",)
    elif b"\0" in data:
        encodings = ()
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError("The file {file} is not text in UTF-8, UTF-16 or GB18030; save it as CSV UTF-8.", file=file)


# Workbooks ------------------------------------------------------------------------------------------------------------------


# What openpyxl and the libraries below it raise on a damaged workbook; it checks little itself.
WORKBOOK_FAULTS = (
    *(InvalidFileException, DefusedXmlException, ParseError, zipfile.BadZipFile, zlib.error, struct.error),
    *(LookupError, ValueError, TypeError, AttributeError, AssertionError, ArithmeticError, EOFError, OSError, RuntimeError),
)
# The merged ranges stand behind the rows of a sheet, within the last so many bytes of its XML.
MERGED_WITHIN = 4_000_000


def _read_workbook(path: Path, sheet: str | None) -> dict[str, Rows]:
    """Return the rows of each visible sheet, or of the one named; formulas as their last computed value."""
    members = {member.filename for member in checked_zip(path)}
    if "[Content_Types].xml" not in members:
        raise InputError("The file {file} is not an Excel workbook (.xlsx).", file=path.name)
    try:
        with path.open("rb") as file:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            return {ws.title: _sheet_rows(ws, path) for ws in _chosen(book, sheet, path)}
    except WORKBOOK_FAULTS as error:
        raise InputError("The workbook {file} cannot be read; open it in Excel and save it again.", file=path.name) from error


def _chosen(book: openpyxl.Workbook, sheet: str | None, path: Path) -> Iterable[Any]:
    if sheet is None:
        return [ws for ws in book.worksheets if ws.sheet_state == "visible"]
    if sheet not in book.sheetnames:
        names = ", ".join(book.sheetnames)
        raise InputError("The workbook {file} has no sheet {sheet}; its sheets are: {names}.", file=path.name, sheet=sheet, names=names)
    return [book[sheet]]


def _sheet_rows(sheet: Any, path: Path) -> Rows:
    sheet.reset_dimensions()  # what other programs write there is not always true
    rows: Rows = [row[:MAX_COLUMNS] for row in sheet.iter_rows(values_only=True)]
    for first_column, first_row, last_column, last_row in _merged(sheet, path):
        value = rows[first_row - 1][first_column - 1] if first_row <= len(rows) and first_column <= len(rows[first_row - 1]) else None
        # A cell merged downwards says the same of each of its rows; one merged sideways is a title.
        if value is not None and first_column == last_column:
            for number in range(first_row, min(last_row, len(rows))):
                row = list(rows[number]) + [None] * (first_column - len(rows[number]))
                rows[number] = [*row[: first_column - 1], value, *row[first_column:]]
    return rows


def _merged(sheet: Any, path: Path) -> list[tuple[int, int, int, int]]:
    """Return the merged ranges of a sheet, which the streaming reader leaves out."""
    before, last = b"", b""
    with zipfile.ZipFile(path) as archive, archive.open(sheet._worksheet_path.lstrip("/")) as part:
        while chunk := part.read(MERGED_WITHIN):
            before, last = last, chunk
    references = re.findall(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z0-9:]+)"', before + last)
    return [range_boundaries(reference.decode()) for reference in references]
