"""Sheets bound into one PDF, each page as large as it was, with the titles as bookmarks."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import typst

# Titles and names come in as data; none of them is ever part of the source. What is hidden is a bookmark and no more.
SOURCE = """
#set page(width: auto, height: auto, margin: 0pt)
#set document(title: sys.inputs.title)
#for (n, sheet) in json(bytes(sys.inputs.sheets)).enumerate() {
  if n > 0 { pagebreak() }
  place(hide(heading(sheet.title)))
  for page in range(1, sheet.pages + 1) { image(sheet.file, page: page) }
}
"""
# How many pages a PDF of Matplotlib's has, as its table of pages says.
COUNT = re.compile(rb"/Type /Pages\b[^>]*/Count (\d+)|/Count (\d+)[^>]*/Type /Pages\b")


def bound(title: str, sheets: Sequence[tuple[str, Path]], folder: Path) -> bytes:
    """Return the PDFs of sheets (title and file, each within ``folder``) as one, their drawings unchanged."""
    main = folder / "bound.typ"
    main.write_text(SOURCE, "utf-8")
    told = [{"title": name, "file": file.relative_to(folder).as_posix(), "pages": _pages(file.read_bytes())} for name, file in sheets]
    inputs = {"title": title, "sheets": json.dumps(told)}
    # Tags would describe nothing but pictures; without the time, the same sheets give the same bytes.
    made = typst.compile(main, root=folder, sys_inputs=inputs, ignore_system_fonts=True, timestamp=0, pdf_tags=False)
    assert isinstance(made, bytes)
    return made


def _pages(pdf: bytes) -> int:
    found = COUNT.search(pdf)
    assert found, "a PDF without a table of pages"
    return int(found[1] or found[2])
