"""The ledgers of people as workbooks, in full, such that an import of the same workspace finds each row known."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import openpyxl
import pandas as pd
from openpyxl.styles import Font, PatternFill

from ledgers.intake.fields import Field
from ledgers.intake.record_columns import NEEDED, RECORD_FIELDS
from queries.kinds import FILED
from queries.store import Store, Viewer


def records(store: Store, viewer: Viewer, layer: str, *, at: datetime | str | None = None, purpose: str = "export") -> pd.DataFrame:
    """Return a ledger of people as it stood at a moment, under the names that an import knows; that it was opened is recorded.

    Events are all those up to the moment, one a row. Raises AccessDenied for a viewer who may not write.
    """
    kind, files = FILED[layer]
    frame = store.run(files.known, viewer, at=store.moment(at)).rename(columns={"since": "effective_at"})
    opened: dict[str, Any] = {"subject_table": kind.table, "subject_id": "*", "area_id": None, "purpose": purpose}
    store.append(viewer, {"disclosure": pd.DataFrame([opened])})
    return frame[[name for name in RECORD_FIELDS[layer] if name in frame]]


# What a cell of an empty workbook says of how it is filled in; workbooks are in Chinese, as their headings are.
HINTS = {
    "moment": "2020-02-03 18:00",
    "day": "2020-02-03",
    "birthday": "1962-03-04",
    "time": "08:30，或 上午、下午",
    "temperature": "36.5",
    "symptoms": "发热、咳嗽、乏力；没有填 无",
    "id_number": "18 位，文本格式",
    "phone": "一个号码，文本格式",
    "door": "文本格式，如 2-301",
    "people": "用顿号隔开",
    "bool": "是 / 否",
    "int": "整数",
    "quantity": "数",
}
WIDTH = 16


def template(layer: str) -> bytes:
    """Return an empty workbook with the headings of a ledger, and one row, which an import leaves out, that says how to fill it in."""
    book = openpyxl.Workbook()
    sheet = book.active
    fields = list(RECORD_FIELDS[layer].values())
    needed = {name for group in NEEDED[layer] for name in group}
    for column, field in enumerate(fields, start=1):
        cell = sheet.cell(1, column, field.label)
        cell.font = Font(bold=field.name in needed)
        hint = sheet.cell(2, column, ("说明：" if column == 1 else "") + _hint(field, needed=field.name in needed))
        hint.font, hint.fill = Font(italic=True, color="666666"), PatternFill("solid", fgColor="F2F2F2")
        letter = cell.column_letter
        sheet.column_dimensions[letter].width = WIDTH
        if field.kind in ("id_number", "phone", "door", "id"):
            sheet.column_dimensions[letter].number_format = "@"
    sheet.freeze_panes = "A3"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _hint(field: Field, *, needed: bool) -> str:
    choices = " / ".join(texts[0] for texts in field.values.values())
    return choices or HINTS.get(field.kind, "") or ("必填其一" if needed else "可不填")
