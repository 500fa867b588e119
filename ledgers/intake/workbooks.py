"""Workbooks opened whole, to be written into: every cell becomes an object, those too that a merged range or a link covers."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import IO

import openpyxl
from openpyxl.utils import range_boundaries
from openpyxl.xml.functions import iterparse

from errors import InputError
from geo.archives import checked_zip
from ledgers.intake.readers import LAST_COLUMN, LAST_ROW, WORKBOOK_FAULTS

# Some 300 MB of memory; a few kilobytes of file can ask for a thousand times that.
MOST_CELLS = 500_000
COVERING = ("mergeCell", "hyperlink")


def open_whole(path: Path, *, keep_links: bool) -> openpyxl.Workbook:
    """Open a workbook with all that is in it; ``keep_links`` keeps what it knows of other workbooks.

    Raises
    ------
    InputError
        When it cannot be read, or would take more than :data:`MOST_CELLS` cells in memory.
    """
    checked_zip(path)
    try:
        with path.open("rb") as file, zipfile.ZipFile(path) as archive:
            cells = 0
            for sheet in openpyxl.load_workbook(file, read_only=True, keep_links=False).worksheets:
                with archive.open(sheet._worksheet_path.lstrip("/")) as part:
                    cells += _cells(part, MOST_CELLS - cells)
                if cells > MOST_CELLS:
                    raise InputError(
                        "The sheet {sheet} of {file} takes more than {n} cells, merged ranges counted whole; make it smaller.",
                        sheet=sheet.title,
                        file=path.name,
                        n=f"{MOST_CELLS:,}",
                    )
        return openpyxl.load_workbook(path, keep_links=keep_links)
    except WORKBOOK_FAULTS as error:
        raise InputError("The workbook {file} cannot be read; open it in Excel and save it again.", file=path.name) from error


def _cells(part: IO[bytes], enough: int) -> int:
    """Return how many cells a sheet takes, or some number above ``enough``."""
    cells = 0
    for _, element in iterparse(part):
        name = element.tag.rpartition("}")[2]
        if name == "c":
            cells += 1
        elif name in COVERING:
            left, top, right, bottom = range_boundaries(element.get("ref"))
            cells += ((right or LAST_COLUMN) - (left or 1) + 1) * ((bottom or LAST_ROW) - (top or 1) + 1)
        elif name == "row":
            element.clear()
        if cells > enough:
            break
    return cells
