"""What every entry by hand has to be: something that has happened, in one grid, in tidy words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import pandas as pd

from errors import InputError, NotFound
from queries.events import SYSTEM, Viewer
from queries.store import Store

# Nobody alive was born before.
EARLIEST_BIRTH = date(1900, 1, 1)


def happened(store: Store, effective_at: datetime | str | None) -> datetime:
    """Return the moment of something that is reported (none: now). Raises InputError for one to come: only what has happened is a fact."""
    moment = store.moment(effective_at)
    if moment > store.now():
        raise InputError("{moment} is still to come; enter it once it has happened.", moment=f"{moment:%Y-%m-%d %H:%M}")
    return moment


def past_day(store: Store, day: date | None, *, earliest: date = EARLIEST_BIRTH) -> date | None:
    """Return a day. Raises InputError for one in the future, or before ``earliest``."""
    if day is None or pd.isna(day):
        return None
    if day > store.now().date():
        raise InputError("{day} lies in the future; compare it with the card.", day=day.isoformat())
    if day < earliest:
        raise InputError("{day} is too long ago to be right; compare it with the card.", day=day.isoformat())
    return day


def own_id(event_id: str) -> str:
    """Return the id of an event that whoever sends it has made, in its one form. Raises InputError for one that is no UUID."""
    try:
        return str(UUID(event_id))
    except ValueError:
        raise InputError("{id} is not the id of an event.", id=repr(event_id)) from None


def written(store: Store, table: str, event_id: str) -> bool:
    """Tell whether an event of a table bears an id already, undone or not, and whoever may see it.

    Raises InputError when the id is that of an event of another table: to undo the one would undo the other.
    """
    tables = set(store.run("select_event_ids", SYSTEM, ids=[event_id])["event_table"])
    if tables - {table}:
        raise InputError("Another record bears this entry's id already; enter it again.")
    return bool(tables)


def birthday(born: date | None, *, today: date) -> date | None:
    """Return a birthday, typed or read off a card. Raises InputError for one in the future, or of nobody alive.

    The sentences leave the day out: they go into logs and marked workbooks.
    """
    if born is None or pd.isna(born):
        return None
    if born > today:
        raise InputError("This birthday lies in the future; correct it.")
    if born < EARLIEST_BIRTH:
        raise InputError("Nobody alive was born in {year}; correct the birthday.", year=born.year)
    return born


def text(value: object) -> str | None:
    """Return a text without blanks around it; an empty one is missing."""
    return str(value).strip() or None if value is not None and not pd.isna(value) else None  # type: ignore[call-overload]


def code(value: str | None, choices: tuple[str, ...]) -> str | None:
    """Return a code, or none for an empty one. Raises InputError for one that is none of the choices."""
    if value and value not in choices:
        raise InputError("{value} is not one of: {choices}.", value=repr(value), choices=", ".join(choices))
    return value or None


def whole(value: Any, bounds: range, what: str) -> int | None:
    """Return a whole number. Raises InputError for one outside ``bounds``; ``what`` is the name of its column."""
    if value is None or pd.isna(value):
        return None
    if int(value) != value or int(value) not in bounds:
        raise InputError(
            "{what} must be a whole number from {least} to {most}, not {value}.",
            what=what,
            least=bounds.start,
            most=bounds.stop - 1,
            value=value,
        )
    return int(value)


def grid_of(store: Store, viewer: Viewer, area_id: str | None, *, building_id: str | None = None, at: datetime | None = None) -> str:
    """Return the grid in which something is entered: the one given, else that of the building.

    A grid is an area with nothing under it, so that each household lies in exactly one.

    Raises
    ------
    NotFound
        When there is no such building or area in view.
    InputError
        When neither is given, when the area has others under it, or when the building lies in another.
    """
    if building_id:
        buildings = store.run("select_buildings", viewer, at=at)
        found = buildings.loc[buildings["id"] == building_id, "area_id"]
        if found.empty:
            raise NotFound("There is no building {building} here; see the buildings layer for the ids.", building=repr(building_id))
        if area_id and found.iloc[0] != area_id:
            raise InputError(
                "The building {building} lies in {area}; enter its households there.", building=building_id, area=found.iloc[0]
            )
        area_id = found.iloc[0]
    if not area_id or pd.isna(area_id):
        raise InputError("Choose the grid, or the building, that this belongs to.")
    grids = store.run("list_grids", viewer, at=at)
    if area_id not in set(grids["id"]):
        store.scope(viewer, area_id, at=at)
        raise InputError("{area} has smaller areas under it; choose the one of them that this belongs to.", area=area_id)
    return area_id
