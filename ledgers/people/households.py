"""Households: one ledger of all doors, each in exactly one grid, with a status and a head count and no more than that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from errors import InputError, NotFound
from ledgers.entry_checks import code, grid_of, happened, text, whole
from queries.events import Viewer, new_id
from queries.store import Store
from queries.view import View, fact

STATUSES = ("occupied", "vacant", "away")
# A village group or a dormitory may be kept as one household.
HEADS = range(100_000)
COLUMNS = ("area_id", "building_id", "door", "address", "contact", "phone", "head_count", "status", "note")


def enter(
    store: Store,
    viewer: Viewer,
    *,
    area_id: str | None = None,
    building_id: str | None = None,
    door: str = "",
    address: str = "",
    contact: str = "",
    phone: str = "",
    head_count: int | None = None,
    status: str = "occupied",
    note: str = "",
    effective_at: datetime | str | None = None,
) -> tuple[str, list[str]]:
    """Enter a household in a grid, or in the grid of its building; return its id and the event ids.

    Raises
    ------
    InputError
        When neither door nor address says where it is, when the door is taken, when the area is no grid, when an empty home has people.
    NotFound
        When there is no such building or area in view.
    """
    moment = happened(store, effective_at)
    given = {"building_id": building_id, "door": door, "address": address, "contact": contact, "phone": phone, "note": note}
    with store.writing():
        row = {**given, "area_id": area_id, "head_count": head_count, "status": status}
        household_id = new_id()
        return household_id, _append(store, viewer, [{"household_id": household_id, **_checked(store, viewer, row)}], moment)


def edit(store: Store, viewer: Viewer, household_id: str, *, effective_at: datetime | str | None = None, **changes: Any) -> list[str]:
    """Change columns of a household (``COLUMNS``) from a moment on; the others stay. Raises as ``enter`` does."""
    if unknown := changes.keys() - set(COLUMNS):
        raise ValueError(", ".join(sorted(unknown)))
    moment = happened(store, effective_at)
    with store.writing():
        row = {**_known(store, viewer, [household_id], moment)[0], **changes}
        return _append(store, viewer, [{**row, **_checked(store, viewer, row, own_id=household_id)}], moment)


def withdraw(store: Store, viewer: Viewer, household_ids: Sequence[str], *, effective_at: datetime | str | None = None) -> list[str]:
    """Take households out of the ledger from a moment on; their past stays.

    Raises InputError where somebody who is followed lives there.
    """
    moment = happened(store, effective_at)
    with store.writing():
        rows = _known(store, viewer, household_ids, moment)
        lived_in = store.run("select_persons", viewer, at=moment, household_ids=list(household_ids))
        if len(lived_in):
            raise InputError("{n} persons who are followed live there; move them first.", n=len(lived_in))
        return _append(store, viewer, [{**row, "withdrawn": True} for row in rows], moment)


@fact(kept=8)
def households(view: View, *, ids: Sequence[str] | None = None) -> pd.DataFrame:
    """Return the households at a moment, each with its grid, its building and the last screening visit (``select_households``)."""
    return view.run("select_households", household_ids=list(ids) if ids is not None else None)


def check(view: View) -> pd.DataFrame:
    """Return the ledger against what is known of its areas, a row an area that holds households.

    Returns
    -------
    DataFrame
        ``area_id, name, is_grid`` (False: these households lie in no grid), ``households, people, uncounted`` (without a head count),
        ``stated_households, stated_people`` (of the area's description), ``more_households, more_people`` (in the ledger than stated).
    """
    found = view.run("check_households")
    numbers = found[["households", "people", "stated_households", "stated_people"]].astype("Int64")
    return found.assign(
        more_households=numbers["households"] - numbers["stated_households"], more_people=numbers["people"] - numbers["stated_people"]
    )


def _checked(store: Store, viewer: Viewer, row: dict[str, Any], *, own_id: str | None = None) -> dict[str, Any]:
    building, door, address = text(row["building_id"]), text(row["door"]), text(row["address"])
    if not door and not address:
        raise InputError("Write the door number or the address of the household.")
    grid = grid_of(store, viewer, text(row["area_id"]), building_id=building)
    if door:
        same = store.run("find_households", viewer, area_id=grid, building_id=building, door=door)
        if len(same[same["household_id"] != own_id]):
            raise InputError("There is a household at door {door} already; edit it, or tell the two apart (for example 301-2).", door=door)
    status, heads = code(text(row["status"]), STATUSES), whole(row["head_count"], HEADS, "head_count")
    if status == "vacant" and heads:
        raise InputError("Nobody lives in a vacant home; set the head count to 0 or choose another status.")
    return {
        "area_id": grid,
        "building_id": building,
        "door": door,
        "address": address,
        "contact": text(row["contact"]),
        "phone": text(row["phone"]),
        "head_count": 0 if status == "vacant" else heads,
        "status": status,
        "note": text(row["note"]),
    }


def _known(store: Store, viewer: Viewer, household_ids: Sequence[str], at: datetime) -> list[dict[str, Any]]:
    wanted = list(dict.fromkeys(household_ids))
    found = households(View(store, viewer, at=at), ids=wanted)
    for household in wanted:
        if household not in set(found["household_id"]):
            raise NotFound("There is no household {household} here.", household=repr(household))
    rows = found[["household_id", *COLUMNS]].astype("object").to_dict("records")
    return [{str(name): None if pd.isna(value) else value for name, value in row.items()} for row in rows]


def _append(store: Store, viewer: Viewer, rows: list[dict[str, Any]], moment: datetime) -> list[str]:
    frame = pd.DataFrame(rows).astype({"head_count": "Int64"}).assign(effective_at=moment)
    return store.append(viewer, {"household_event": frame if "withdrawn" in frame else frame.assign(withdrawn=False)})
