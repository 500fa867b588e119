"""A list as an office sends it, read from its file: a workbook or text table of persons under whatever headings it uses."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from errors import InputError
from ledgers.intake.columns import by_field, recognise
from ledgers.intake.readers import text_of
from ledgers.intake.record_columns import RECORD_FIELDS
from ledgers.intake.record_tables import read_record_table
from ledgers.intake.record_values import convert_record
from ledgers.intake.rows import first_filled
from ledgers.intake.values import Clock
from queries.store import Store

_AS_WRITTEN = ("name", "id_number", "phone", "address", "category", "note")
_PLACE = ("building_id", "stair", "door")


@dataclass(frozen=True)
class ListFile:
    """What a file says: ``rows`` as ``lists.take_in`` takes them, the heading of each field, the rows that name nobody (as Excel
    numbers them) and are left out, and how many cells were left out as no date or no sex.
    """

    rows: pd.DataFrame
    mapping: dict[str, str | None]
    nameless: list[int]
    unread: int


def read_list(store: Store, path: Path, *, sheet: str | None = None) -> ListFile:
    """Read a list of persons.

    Numbers and addresses are kept as they are written, slips and all: they are compared later, not corrected. An address in parts
    (building, stair, door) is put together.

    Raises
    ------
    InputError
        When the file cannot be read, or has no column of names.
    """
    table, _ = read_record_table(path, "persons", sheet=sheet)
    mapping = recognise("persons", table.cells.columns)
    columns = by_field("persons", mapping)
    if "name" not in columns:
        raise InputError("The file has no column of names; its columns are: {columns}.", columns=", ".join(table.columns))
    written = {field: first_filled(table.cells, columns[field]).map(text_of) for field in (*_AS_WRITTEN, *_PLACE) if field in columns}
    rows = pd.DataFrame({field: written[field] for field in _AS_WRITTEN if field in written}, dtype="object")
    parts = [written[field].fillna("").astype("str") for field in _PLACE if field in written]
    if parts and "address" not in rows:
        whole = ["-".join(part for part in row if part) or None for row in zip(*parts, strict=True)]
        rows = rows.assign(address=pd.Series(whole, dtype="object"))
    unread, clock = 0, Clock(store.now())
    for field in ("birth_date", "sex"):
        if field in columns:
            values, problems = convert_record(first_filled(table.cells, columns[field]), RECORD_FIELDS["persons"][field], clock)
            rows, unread = rows.assign(**{field: values.to_numpy()}), unread + len(problems)
    named = rows["name"].notna()
    nameless = [int(number) for number in table.rows[~named.to_numpy()]]
    return ListFile(rows[named].reset_index(drop=True), mapping, nameless, unread)
