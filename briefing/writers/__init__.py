"""Writers: the same briefing as DOCX, PDF, slides, one HTML file and a workbook. Each is loaded when first asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from briefing.model import Briefing
from errors import InputError

FORMATS = ("docx", "pdf", "pptx", "html", "xlsx")


@dataclass(frozen=True)
class Sheet:
    """A map as it was drawn: ``name`` says which (``command``, ``changes`` …), ``title`` is its caption, ``png`` its picture."""

    name: str
    title: str
    png: bytes


def write(form: str, briefing: Briefing, sheets: Sequence[Sheet], *, template: Path | None = None) -> bytes:
    """Return a briefing as a file of one of :data:`FORMATS`; the same input gives the same bytes.

    Parameters
    ----------
    form
        One of :data:`FORMATS`.
    sheets
        The maps that go with it, in the order in which they are printed.
    template
        A Word document with placeholders to write the DOCX into; the other formats do not look at it.

    Raises
    ------
    InputError
        When there is no such format, or the template cannot be used.
    """
    if form not in FORMATS:
        raise InputError("There is no format {form}; there is: {known}.", form=form, known=", ".join(FORMATS))
    options = {"template": template} if form == "docx" else {}
    written: bytes = import_module(f"briefing.writers.{form}").write(briefing, sheets, **options)
    return written
