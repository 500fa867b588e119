"""Sheets bound into one PDF, each page as large as its sheet, with the titles as bookmarks."""

from __future__ import annotations

import json
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
  image(sheet.file)
}
"""


def bound(title: str, sheets: Sequence[tuple[str, Path]], folder: Path) -> bytes:
    """Return the PDFs of sheets (title and file, each within ``folder``, one page) as one, their drawings unchanged."""
    main = folder / "bound.typ"
    main.write_text(SOURCE, "utf-8")
    told = [{"title": name, "file": file.relative_to(folder).as_posix()} for name, file in sheets]
    inputs = {"title": title, "sheets": json.dumps(told)}
    # Tags would describe nothing but pictures; without the time, the same sheets give the same bytes.
    made = typst.compile(main, root=folder, sys_inputs=inputs, ignore_system_fonts=True, timestamp=0, pdf_tags=False)
    assert isinstance(made, bytes)
    return made
