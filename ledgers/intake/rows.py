"""The rows of a file as values of a layer's fields, with every cell that could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from errors import EpiGridError, InputError
from ledgers.intake import places
from ledgers.intake.columns import ALL_FIELDS, by_field
from ledgers.intake.places import Geometries
from ledgers.intake.readers import Table, text_of
from ledgers.intake.values import Clock, convert

# A report shows this much of a cell: enough to find it by, not an outline of thousands of points.
SHOWN = 200
COORDINATES = ("lon", "lat", "geometry")


@dataclass(frozen=True)
class Rejection:
    """One cell that cannot be taken: where it stands in the file, what it says, and why not."""

    sheet: str | None
    row: int
    column: str
    value: str | None
    reason: EpiGridError


@dataclass
class Rows:
    """What the rows say: ``values`` has one object column a field, None where blank; ``geometry`` is in the file's CRS.

    ``problems`` collects (position, field) -> reason; a row with one is rejected.
    """

    layer: str
    table: Table
    columns: dict[str, list[str]]
    values: pd.DataFrame
    geometry: Geometries | None = None
    problems: dict[tuple[int, str], EpiGridError] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.table.rows)

    def has(self, name: str) -> bool:
        """Tell whether the file has a column for a field."""
        return name in self.columns

    def column(self, name: str) -> pd.Series:
        """Return the values of a field; all missing where the file has no such column."""
        return self.values[name] if name in self.values else blank(self.values.index)

    def reject(self, name: str, problems: Mapping[int, EpiGridError]) -> None:
        """Note problems of a field by position; the first reason for a cell stands."""
        for position, reason in problems.items():
            self.problems.setdefault((position, name), reason)

    @property
    def sound(self) -> pd.Series:
        """Return which rows have no problem."""
        sound = pd.Series(True, index=self.values.index)
        sound.iloc[sorted({position for position, _ in self.problems})] = False
        return sound

    def rejections(self) -> list[Rejection]:
        """Return the problems by row and column, in the words of the file."""
        found = []
        for (position, name), reason in self.problems.items():
            heading, cell = self._cell(position, name)
            value = text_of(cell)
            shown = value if value is None or len(value) <= SHOWN else value[:SHOWN] + "…"
            found.append(Rejection(self.table.sheet, int(self.table.rows[position]), heading, shown, reason))
        order = {heading: number for number, heading in enumerate(self.table.columns)}
        return sorted(found, key=lambda r: (r.row, order.get(r.column, len(order))))

    def _cell(self, position: int, name: str) -> tuple[str, Any]:
        """Return the heading and cell that a problem is about: of several columns the first that is filled."""
        headings = self.columns.get(name) or [ALL_FIELDS[self.layer][name].label if name in ALL_FIELDS[self.layer] else name]
        cells = {h: self.table.cells[h].iloc[position] if h in self.table.cells else None for h in headings}
        heading = next((h for h, cell in cells.items() if text_of(cell) is not None), headings[0])
        return heading, cells[heading]


def read_rows(layer: str, table: Table, mapping: Mapping[str, str | None], clock: Clock) -> Rows:
    """Read the cells of a table by a mapping of its headings to fields.

    Raises
    ------
    InputError
        When no column says which feature a row speaks of, or only one of longitude and latitude is there.
    """
    columns = by_field(layer, mapping)
    if not {"id", "name", "code"} & columns.keys():
        raise missing(layer, "name", table)
    if ("lon" in columns) != ("lat" in columns):
        raise missing(layer, "lat" if "lon" in columns else "lon", table)
    rows = Rows(layer, table, columns, pd.DataFrame(index=range(len(table.rows))))
    converted = {}
    for name, headings in columns.items():
        if ALL_FIELDS[layer][name].kind in ("wkt", "parent"):
            continue
        converted[name], problems = convert(first_filled(table.cells, headings), ALL_FIELDS[layer][name], clock)
        rows.reject(name, problems)
    rows.geometry = _geometry(rows, converted)
    rows.values = pd.DataFrame({n: v for n, v in converted.items() if n not in COORDINATES}, index=range(len(table.rows)), dtype="object")
    return rows


def blank(index: pd.Index) -> pd.Series:
    """Return a column without any value."""
    return pd.Series(np.full(len(index), None, dtype=object), index=index, dtype="object")


def texts(rows: Rows, headings: list[str]) -> dict[str, pd.Series]:
    """Return some columns of the file as text."""
    return {h: rows.table.cells[h].map(text_of) for h in headings}


def missing(layer: str, name: str, table: Table) -> InputError:
    """Return what to say of a file that lacks the column of a field."""
    return InputError(
        "The file has no column for {field} ({label}); its columns are: {columns}. Name it so, or map one of them to it.",
        field=name,
        label=ALL_FIELDS[layer][name].label,
        columns=", ".join(table.columns),
    )


def first_filled(cells: pd.DataFrame, headings: list[str]) -> pd.Series:
    """Return the cells of several columns as one: the first that is not blank."""
    merged = cells[headings[0]]
    for heading in headings[1:]:
        blank = merged.map(text_of).isna()
        merged = merged.where(~blank, cells[heading])
    return merged


def _geometry(rows: Rows, converted: dict[str, pd.Series]) -> Geometries | None:
    """Return the geometry of each row: the file's own, else its outline as text, else its coordinates."""
    found: Geometries | None = rows.table.geometry
    if "lon" in converted:
        drawn = places.points(converted["lon"], converted["lat"])
        half = converted["lon"].notna() ^ converted["lat"].notna()
        for name in ("lon", "lat"):
            blank = half & converted[name].isna()
            rows.reject(name, {int(i): InputError("It is blank, though the other coordinate is there.") for i in np.flatnonzero(blank)})
        found = drawn if found is None else np.where(pd.isna(found), drawn, found)
    headings = rows.columns.get("geometry")
    if headings:
        parts = [rows.table.cells[h].map(text_of).fillna("") for h in headings]
        whole = sum(parts[1:], start=parts[0])
        outlines, problems = places.from_wkt(whole.where(whole != "", None))
        rows.reject("geometry", problems)
        found = outlines if found is None else np.where(pd.isna(outlines), found, outlines)
    return None if found is None or pd.isna(found).all() else found
