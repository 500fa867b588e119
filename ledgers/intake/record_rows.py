"""The rows of a ledger of people as values of its fields; what a cell cannot be taken for is noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from errors import EpiGridError, InputError
from ledgers.intake.columns import by_field
from ledgers.intake.readers import Table
from ledgers.intake.record_columns import NEEDED, RECORD_FIELDS
from ledgers.intake.record_values import convert_record
from ledgers.intake.rows import Rows, first_filled, missing
from ledgers.intake.values import Clock


def read_records(
    layer: str, table: Table, mapping: Mapping[str, str | None], clock: Clock, formulas: frozenset[tuple[int, int]] = frozenset()
) -> Rows:
    """Read the cells of a table by a mapping of its headings to fields; a cell that holds a formula is a problem.

    Raises
    ------
    InputError
        When a column is missing that no row of this layer can do without.
    """
    columns = by_field(layer, mapping)
    for group in NEEDED[layer]:
        if not columns.keys() & set(group):
            raise missing(layer, group[0], table)
    index = pd.RangeIndex(len(table.rows))
    rows = Rows(layer, table, columns, pd.DataFrame(index=index))
    values = {}
    for name, headings in columns.items():
        rows.reject(name, _formulas(table, headings, formulas))
        values[name], problems = convert_record(first_filled(table.cells, headings), RECORD_FIELDS[layer][name], clock)
        rows.reject(name, problems)
    rows.values = pd.DataFrame(values, index=index, dtype="object")
    return rows


def _formulas(table: Table, headings: Sequence[str], formulas: frozenset[tuple[int, int]]) -> dict[int, EpiGridError]:
    if not formulas:
        return {}
    found: dict[int, EpiGridError] = {}
    for column in (table.columns[h] for h in headings):
        rows = [row for row, at in formulas if at == column]
        found |= {int(i): InputError("It is a formula; paste its value.") for i in np.flatnonzero(np.isin(table.rows, rows))}
    return found


def each_once(columns: Sequence[pd.Series], find: Callable[..., Any]) -> tuple[pd.Series, dict[int, EpiGridError]]:
    """Return what ``find`` makes of each combination of values, asked once each, and position -> reason where it cannot."""
    answers: dict[tuple[Any, ...], Any] = {}
    problems: dict[int, EpiGridError] = {}
    found = np.full(len(columns[0]), None, dtype=object)
    for position, key in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
        if key not in answers:
            try:
                answers[key] = find(*key)
            except EpiGridError as error:
                answers[key] = error
        if isinstance(answers[key], EpiGridError):
            problems[position] = answers[key]
        else:
            found[position] = answers[key]
    return pd.Series(found, index=columns[0].index, dtype="object"), problems


def objects(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame as plain values: None where one is missing."""
    plain = frame.astype("object")
    return plain.where(plain.notna(), None)
