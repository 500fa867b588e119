"""Workbooks of a few kilobytes that ask for gigabytes, and how much memory some work takes."""

from __future__ import annotations

import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
# A sheet of a text in A1 and a number in a row and a cell.
CORNER = '<row r="1"><c r="A1" t="inlineStr"><is><t>{{date}}</t></is></c></row><row r="%s"><c r="%s"><v>1</v></c></row>'


def packed(path: Path, sheet: str) -> Path:
    """Write a workbook whose only sheet is this XML."""
    book = openpyxl.Workbook()
    book.active["A1"] = "{{date}}"
    book.save(path.with_suffix(".whole"))
    with zipfile.ZipFile(path.with_suffix(".whole")) as whole, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name in whole.namelist():
            out.writestr(name, f'<worksheet xmlns="{MAIN}">{sheet}</worksheet>' if name.endswith("sheet1.xml") else whole.read(name))
    return path


def memory_of(work: Callable[[], Any]) -> int:
    """Return how many bytes some work had in use at its most."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
