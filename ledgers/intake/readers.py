"""Ledger files in: one table from a workbook, a text table or a geographic file, each row with its number in the file."""

from __future__ import annotations

import csv
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import numpy as np
import openpyxl
import pandas as pd
from defusedxml.common import DefusedXmlException
from lxml.etree import XMLSyntaxError
from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from errors import N_, InputError
from geo import geofiles
from geo.archives import checked_file, checked_zip

# Titles, notes and blank rows above the heading are looked through this far.
HEADING_WITHIN = 30
MAX_COLUMNS = 256
# Where Excel's own sheets end, and how many cells of one are held at a time (pointers of 160 MB): little of a file may say it is more.
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
MAX_CELLS = 20_000_000
csv.field_size_limit(64 * 1024 * 1024)

# How often it is told how far the reading of a long sheet is, in rows.
TOLD_EVERY = 10_000

Rows = list[Sequence[Any]]
Tell = Callable[..., None]
TEXTS = (".csv", ".txt", ".tsv")
READABLE = (".xlsx", *TEXTS, *geofiles.READERS)


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


@dataclass(frozen=True)
class Sheet:
    """The rows of one sheet; a cell merged downwards says the same in each of its rows.

    ``titles`` are the rows (1-based) across which cells are merged, row -> how many columns; ``formulas`` the cells that hold one, by row
    and column.
    """

    name: str | None
    where: str
    rows: Rows
    titles: Mapping[int, int] = field(default_factory=dict)
    formulas: frozenset[tuple[int, int]] = frozenset()


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
    if path.suffix.lower() in geofiles.READERS:
        checked_file(path)
        return _from_features(geofiles.read_features(path), path)
    return _from_rows(read_sheet(path, recognised=recognised, sheet=sheet), recognised)


def read_sheet(
    path: Path, *, recognised: Callable[[str], bool], sheet: str | None = None, kinds: Sequence[str] = READABLE, tell: Tell | None = None
) -> Sheet:
    """Read the rows of a text table, or of the sheet of a workbook whose heading is recognised best.

    Raises
    ------
    InputError
        When the file cannot be read as what it claims to be, is none of ``kinds``, or holds no rows.
    """
    checked_file(path)
    suffix = path.suffix.lower()
    if suffix not in kinds:
        raise InputError("The file {file} cannot be imported; give one of: {kinds}.", file=path.name, kinds=" ".join(kinds))
    if suffix in TEXTS:
        only = Sheet(None, path.name, _read_text(path, recognised))
        if not any(filled(row) for row in only.rows):
            raise InputError("The table {where} has no rows.", where=path.name)
        return only
    sheets = [found for found in _read_workbook(path, sheet, tell) if any(filled(row) for row in found.rows)]
    if not sheets:
        raise InputError("The workbook {file} has no rows.", file=path.name)
    return max(sheets, key=lambda found: best_heading(found.rows, recognised)[1])


def text_of(cell: object) -> str | None:
    """Return a cell as text: whole numbers without a decimal point, blanks at the ends cut, None for nothing."""
    if cell is None or (isinstance(cell, float) and cell != cell):
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    text = str(cell).rstrip().lstrip(" \u3000\u00a0\ufeff\n")
    return text or None


def filled(row: Sequence[Any]) -> bool:
    """Tell whether any cell of a row says something."""
    return any(text_of(cell) is not None for cell in row)


def best_heading(rows: Rows, recognised: Callable[[str], bool]) -> tuple[int, int]:
    """Return the index of the heading row, and how many of its cells are recognised; without any, the first row with text."""
    first = next(i for i, row in enumerate(rows) if filled(row))
    scores = {i: sum(recognised(t) for c in row if (t := text_of(c))) for i, row in enumerate(rows[: first + HEADING_WITHIN])}
    best = max(scores, key=lambda i: (scores[i], -i))
    return (best, scores[best]) if scores[best] else (first, 0)


def _from_rows(sheet: Sheet, recognised: Callable[[str], bool]) -> Table:
    at, _ = best_heading(sheet.rows, recognised)
    body = [(number, row) for number, row in enumerate(sheet.rows[at + 1 :], start=at + 2) if filled(row)]
    return table_of(sheet, [text_of(cell) for cell in sheet.rows[at]], body, heading_row=at + 1)


def table_of(sheet: Sheet, headings: Sequence[str | None], body: Sequence[tuple[int, Sequence[Any]]], *, heading_row: int) -> Table:
    """Return a table of numbered rows under headings; a heading that comes again gets the letter of its column.

    Raises InputError when there are no rows.
    """
    columns: dict[str, int] = {}
    for position, text in enumerate(headings, start=1):
        if text is not None:
            columns[text if text not in columns else f"{text} ({get_column_letter(position)})"] = position
    if not body:
        raise InputError("The table {where} has a heading but no rows.", where=sheet.where)
    cells = {name: [row[i - 1] if i <= len(row) else None for _, row in body] for name, i in columns.items()}
    numbers = np.array([number for number, _ in body], dtype=np.int64)
    return Table(pd.DataFrame(cells, dtype="object"), numbers, columns, sheet.name, heading_row)


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

    def fitness(sign: str) -> tuple[int, int]:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
        head: Rows = [row for row in islice(lines, HEADING_WITHIN) if filled(row)]
        return (best_heading(head, recognised)[1], max(map(len, head))) if head else (0, 0)

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
    *(InvalidFileException, DefusedXmlException, ParseError, XMLSyntaxError, zipfile.BadZipFile, zlib.error, struct.error),
    *(LookupError, ValueError, TypeError, AttributeError, AssertionError, ArithmeticError, EOFError, OSError, RuntimeError),
)
# The merged ranges stand behind the rows of a sheet, within the last so many bytes of its XML.
MERGED_WITHIN = 4_000_000
# The head of a cell's XML is not longer than this.
CELL_HEAD = 500
A_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
FORMULA_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*>\s*<(?:\w+:)?f[\s>/]')


def _read_workbook(path: Path, sheet: str | None, tell: Tell | None) -> list[Sheet]:
    """Return each visible sheet, or the one named; formulas as their last computed value."""
    members = {member.filename for member in checked_zip(path)}
    if "[Content_Types].xml" not in members:
        raise InputError("The file {file} is not an Excel workbook (.xlsx).", file=path.name)
    try:
        with path.open("rb") as file:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            return [_sheet(ws, path, tell) for ws in _chosen(book, sheet, path)]
    except WORKBOOK_FAULTS as error:
        raise InputError("The workbook {file} cannot be read; open it in Excel and save it again.", file=path.name) from error


def _chosen(book: openpyxl.Workbook, sheet: str | None, path: Path) -> Iterable[Any]:
    if sheet is None:
        return [ws for ws in book.worksheets if ws.sheet_state == "visible"]
    if sheet not in book.sheetnames:
        names = ", ".join(book.sheetnames)
        raise InputError("The workbook {file} has no sheet {sheet}; its sheets are: {names}.", file=path.name, sheet=sheet, names=names)
    return [book[sheet]]


def _sheet(sheet: Any, path: Path, tell: Tell | None) -> Sheet:
    sheet.reset_dimensions()  # what other programs write there is not always true
    rows: Rows = []
    held = 0
    for row in sheet.iter_rows(values_only=True):
        rows.append(row[:MAX_COLUMNS] if row else ())  # not a list each for rows that are not there
        held += len(rows[-1])
        if held > MAX_CELLS or len(rows) > LAST_ROW:
            raise InputError(
                "The sheet {sheet} of {file} has more rows and columns than a sheet can; split it.", sheet=sheet.title, file=path.name
            )
        if tell and len(rows) % TOLD_EVERY == 0:
            tell(N_("Reading {file}: {n} rows so far ..."), file=path.name, n=f"{len(rows):,}")
    while rows and not filled(rows[-1]):  # a cell far off may have put a million blank rows before it
        rows.pop()
    merged, formulas = _left_out(sheet, path)
    titles: dict[int, int] = {}
    for first_column, first_row, last_column, last_row in merged:
        value = rows[first_row - 1][first_column - 1] if first_row <= len(rows) and first_column <= len(rows[first_row - 1]) else None
        # A cell merged downwards says the same of each of its rows; one merged sideways is a title.
        if value is not None and first_column == last_column:
            for number in range(first_row, min(last_row, len(rows))):
                row = list(rows[number]) + [None] * (first_column - len(rows[number]))
                rows[number] = [*row[: first_column - 1], value, *row[first_column:]]
        elif first_column < last_column:
            titles[first_row] = max(titles.get(first_row, 0), last_column - first_column + 1)
    return Sheet(sheet.title, f"{path.name} / {sheet.title}", rows, titles, formulas)


def _left_out(sheet: Any, path: Path) -> tuple[list[tuple[int, int, int, int]], frozenset[tuple[int, int]]]:
    """Return what the streaming reader leaves out: the merged ranges of a sheet, and which cells (row, column) hold a formula."""
    before, last = b"", b""
    formulas: set[tuple[int, int]] = set()
    with zipfile.ZipFile(path) as archive, archive.open(sheet._worksheet_path.lstrip("/")) as part:
        while chunk := part.read(MERGED_WITHIN):
            before, last = last, chunk
            # The end of the chunk before goes along, lest a cell is cut in two.
            piece = before[-CELL_HEAD:] + chunk
            if A_FORMULA.search(piece):
                found = FORMULA_CELL.findall(piece)
                formulas |= {(int(row), column_index_from_string(column.decode())) for column, row in found}
    references = re.findall(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z0-9:]+)"', before + last)
    return [range_boundaries(reference.decode()) for reference in references], frozenset(formulas)
