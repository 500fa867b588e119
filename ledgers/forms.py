"""Forms that users add: workbooks with placeholders, filled from the ledgers for an area and a date: one entry fills every form."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from openpyxl.utils import get_column_letter

from errors import InputError, NotFound
from geo.archives import checked_zip
from ledgers.form_sheets import Place, Record, fill, places
from ledgers.intake.record_columns import RECORD_FIELDS
from ledgers.intake.workbooks import open_whole
from ledgers.people.persons import category_names
from ledgers.posts.passes import FEVER
from ledgers.reports.daily_report import daily
from ledgers.reports.report_chain import CHAIN
from ledgers.reports.report_desk import standing_chain, standing_total
from ledgers.reports.report_figures import FIELDS, period, reporting_area
from queries import landing
from queries.store import Store, Viewer
from queries.view import View

FOLDER = "forms"
MOST_BYTES = 10 * 1024 * 1024
# The last row and column of a form.
LAST = (5000, 256)
# A list in a form is printed and signed; what is longer is an export.
MOST_ROWS = 20_000


@dataclass(frozen=True)
class List:
    """A list that a form can have a row for: the query, the table its personal data is from, the layer whose words it is told in."""

    query: str
    table: str
    layer: str
    fields: tuple[str, ...]


_PLACE = ("area_name", "building_name", "door")
LISTS: Mapping[str, List] = {
    "household": List(
        "select_households",
        "household_event",
        "households",
        ("number", *_PLACE, "address", "contact", "phone", "head_count", "status", "note", "outcome", "team", "visited_at"),
    ),
    "person": List(
        "select_persons",
        "person_event",
        "persons",
        (
            *("number", "name", "sex", "birth_date", "age", "id_number", "phone", *_PLACE, "address", "category", "arrived_from"),
            *("arrived_on", "state", "started_at", "days", "note"),
        ),
    ),
    "episode": List(
        "select_episodes",
        "isolation_event",
        "isolation",
        (
            "number",
            "name",
            "area_name",
            "state",
            "place",
            "place_name",
            "started_at",
            "days",
            "release_due",
            "day",
            "temperature",
            "reason",
        ),
    ),
    "business": List(
        "select_units",
        "unit_event",
        "units",
        (
            *("number", "name", "trade", "area_name", "address", "responsible", "phone", "staff", "staff_affected", "clients_affected"),
            *("resumed", "signed_by", "signed_on", "note"),
        ),
    ),
}
SINGLE = (
    "date",
    "cutoff",
    "today",
    "unit.id",
    "unit.name",
    "unit.responsible",
    "unit.phone",
    *(f"report.{name}" for name in (*FIELDS, *CHAIN)),
)
KNOWN = frozenset({*SINGLE, *(f"{group}.{name}" for group, found in LISTS.items() for name in found.fields)})


def forms(store: Store) -> list[str]:
    """Return the names of the forms that were added, sorted."""
    return sorted(path.name for path in (store.path / FOLDER).glob("*.xlsx"))


def add_form(store: Store, viewer: Viewer, path: Path) -> str:
    """Keep a workbook as a form of this workspace and return its name; one of the same name is replaced.

    Raises
    ------
    InputError
        When it is no workbook, has macros, no placeholder, or one that is unknown: the cell is named.
    AccessDenied
        When the viewer may not change anything.
    """
    store.check_writable(viewer)
    name = _name(path.name)
    if path.exists() and path.stat().st_size > MOST_BYTES:
        raise InputError("The form {file} is larger than {limit} MB; take pictures out of it.", file=name, limit=MOST_BYTES // 2**20)
    members = {member.filename for member in checked_zip(path)}
    if any("vbaProject" in member for member in members):
        raise InputError("The form {file} has macros; save it as a workbook without them.", file=name)
    found = list(places(_opened(path)))
    if not found:
        raise InputError("The form {file} has no placeholder like {{{{unit.name}}}}; write what is to be filled in.", file=name)
    for place in found:
        _check(place, name)
    _check_rows(found)
    landing.make_folder(store.path / FOLDER)
    kept = store.path / FOLDER / name
    temporary = kept.with_suffix(".part")
    temporary.write_bytes(path.read_bytes())
    temporary.replace(kept)
    return name


def remove_form(store: Store, viewer: Viewer, name: str) -> None:
    """Remove a form. Raises NotFound when there is none of that name."""
    store.check_writable(viewer)
    _kept(store, name).unlink()


def fill_form(store: Store, viewer: Viewer, name: str, day: date | str, *, area: str | None = None, purpose: str = "") -> bytes:
    """Return a form filled for an area (None: all that the viewer sees) and the report of a date, as a workbook.

    Lists are as they stood at the cut-off of that date. Figures of the report are what the units stand by; as no grid reports, a form
    with such figures is filled for the unit in which the grid lies. A form with personal data names people in full: that it was
    filled is recorded.

    Raises
    ------
    NotFound
        When there is no such form or area.
    InputError
        When the date has no report yet, or a list is too long for a form.
    """
    book = _opened(_kept(store, name))
    used = {place.group for place in places(book)}
    span = period(store, day)
    if "report" in used:
        area = reporting_area(View(store, viewer, at=span.at, area=area))
    values = {**_single(store, viewer, span.date, area, report="report" in used), "today": f"{store.now():%Y-%m-%d}"}
    values |= {"date": f"{span.date:%Y-%m-%d}", "cutoff": f"{span.cutoff:%H:%M}"}
    wanted = [group for group in LISTS if group in used]
    lists = {group: _records(store, viewer, group, at=span.at, area=area) for group in wanted}
    if wanted:
        opened = pd.DataFrame({"subject_table": [LISTS[group].table for group in wanted], "subject_id": "*", "area_id": area})
        store.append(viewer, {"disclosure": opened.assign(purpose=purpose.strip() or name)})
    fill(book, values, lists)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _name(text: str) -> str:
    name = Path(text.replace("\\", "/")).name
    if not name.lower().endswith(".xlsx") or name.startswith((".", "~")) or len(name) > 100:
        raise InputError("The form {file} must be a workbook, its name ending in .xlsx.", file=name)
    return name


def _kept(store: Store, name: str) -> Path:
    if name not in forms(store):
        raise NotFound("There is no form {name} here.", name=repr(name))
    return store.path / FOLDER / name


def _opened(path: Path) -> openpyxl.Workbook:
    book = open_whole(path, keep_links=False)
    for sheet in book.worksheets:
        if sheet.max_row > LAST[0] or sheet.max_column > LAST[1]:
            raise InputError(
                "The sheet {sheet} of the form {file} goes on to row {row}, column {column}; delete what stands beyond {last}.",
                sheet=sheet.title,
                file=path.name,
                row=sheet.max_row,
                column=get_column_letter(sheet.max_column),
                last=f"{get_column_letter(LAST[1])}{LAST[0]}",
            )
    return book


def _check(place: Place, form: str) -> None:
    if place.name not in KNOWN:
        near = [name for name in sorted(KNOWN) if name.startswith(f"{place.group}.")] or [*SINGLE[:5], *(f"{group}. …" for group in LISTS)]
        raise InputError(
            "{form}, {sheet}!{cell}: there is nothing called {name}; there is: {known}.",
            form=form,
            sheet=place.sheet,
            cell=place.cell,
            name=place.name,
            known=", ".join(near),
        )


def _check_rows(found: list[Place]) -> None:
    rows: dict[tuple[str, int], str] = {}
    for place in found:
        if place.group in LISTS and rows.setdefault((place.sheet, place.row), place.group) != place.group:
            raise InputError("Row {row} of {sheet} names two lists; a row can repeat for one.", row=place.row, sheet=place.sheet)


def _single(store: Store, viewer: Viewer, day: date, area: str | None, *, report: bool) -> dict[str, Any]:
    """Return what a form can name once: the area with who answers for it, and the figures of its report."""
    areas = store.layer("areas", viewer)
    chosen = areas[areas["id"] == area] if area is not None else areas[areas["parent_id"].isna()]
    row = chosen.iloc[0].to_dict() if len(chosen) else {}
    values = {f"unit.{name}": _plain(row.get(name)) for name in ("id", "name", "responsible", "phone")}
    if report:
        found = daily(View(store, viewer, area=area), day)
        stands = {**standing_total(found), **standing_chain(store, viewer, found)}
        values |= {f"report.{name}": value for name, value in stands.items()}
    return values


def _records(store: Store, viewer: Viewer, group: str, *, at: Any, area: str | None) -> list[Record]:
    found = LISTS[group]
    options = {"fever": FEVER} if group == "episode" else {}
    frame = store.run(found.query, viewer, at=at, area=area, **options)
    if len(frame) > MOST_ROWS:
        raise InputError("The list would have {n} rows, more than a form takes; choose a smaller area, or export it.", n=f"{len(frame):,}")
    if "birth_date" in frame:
        born = pd.to_datetime(frame["birth_date"])
        frame["age"] = at.year - born.dt.year - ((born.dt.month * 100 + born.dt.day) > (at.month * 100 + at.day))
    words = _words(store, found.layer)
    columns = {name: [_word(words.get(name, {}), value) for value in frame[name]] for name in found.fields if name in frame}
    return [dict(zip(("number", *columns), row, strict=True)) for row in zip(range(1, len(frame) + 1), *columns.values(), strict=True)]


def _words(store: Store, layer: str) -> dict[str, dict[str, str]]:
    """Return what codes are called in forms: the first Chinese word that an import reads as the code."""
    fields = [*RECORD_FIELDS["isolation"].values(), *RECORD_FIELDS["visits"].values(), *RECORD_FIELDS[layer].values()]
    words = {field.name: {code: texts[0] for code, texts in field.values.items()} for field in fields if field.values}
    return {**words, "category": category_names(store), "resumed": {"True": "是", "False": "否"}}


def _word(words: Mapping[str, str], value: Any) -> Any:
    plain = _plain(value)
    return words.get(str(plain), plain)


def _plain(value: Any) -> Any:
    if value is None or pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}" if (value.hour, value.minute) == (0, 0) else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, float) and value.is_integer() else value
