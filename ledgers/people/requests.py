"""Requests of people at home 代办需求: shopping, medicine, counselling; who answered them, and how long they waited."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from errors import InputError, NotFound
from ledgers.people.privacy import masked
from ledgers.people.reading_rules import clock
from queries.events import Viewer, new_id
from queries.store import Store
from queries.view import View, fact

KINDS = ("shopping", "medicine", "counselling", "other")
# What a request may become; what was done at once need not be taken on first.
TRANSITIONS: Mapping[str, frozenset[str]] = {
    "open": frozenset({"taken", "done", "cancelled"}),
    "taken": frozenset({"done", "cancelled"}),
    "done": frozenset(),
    "cancelled": frozenset(),
}
WAITING = ("open", "taken")
_WHOLE = ["request_id", "household_id", "person_id", "area_id", "kind", "detail", "answered_by"]


def ask(
    store: Store,
    viewer: Viewer,
    *,
    kind: str,
    detail: str = "",
    person_id: str | None = None,
    household_id: str | None = None,
    effective_at: datetime | str | None = None,
) -> tuple[str, list[str]]:
    """Write down what a person or a household asks for; return the id of the request, and the event ids.

    Raises
    ------
    InputError
        When the kind is none, it comes from nobody, or from the future.
    NotFound
        When there is no such person or household in view.
    """
    moment = _past(store, effective_at)
    if kind not in KINDS:
        raise InputError("{kind} is not a kind of request; choose one of: {choices}.", kind=repr(kind), choices=", ".join(KINDS))
    asking = _asking(store, viewer, person_id, household_id)
    row = {"request_id": new_id(), **asking, "kind": kind, "detail": detail.strip() or None, "status": "open", "effective_at": moment}
    return str(row["request_id"]), store.append(viewer, {"care_request": pd.DataFrame([row])})


def answer(
    store: Store, viewer: Viewer, request_id: str, status: str, *, answered_by: str = "", effective_at: datetime | str | None = None
) -> list[str]:
    """Take a request on, do it, or cancel it; return the event ids. Who takes it on or does it is named, once.

    Raises
    ------
    InputError
        When ``TRANSITIONS`` does not allow it, nobody is named, or it would be before the request's last event.
    NotFound
        When there is no such request in view.
    """
    moment = _past(store, effective_at)
    if status not in TRANSITIONS:
        raise InputError(
            "{status} is no state of a request; choose one of: {choices}.", status=repr(status), choices=", ".join(TRANSITIONS)
        )
    with store.writing():
        found = store.run("select_requests", viewer, request=request_id)
        if found.empty:
            raise NotFound("There is no request {request} here.", request=repr(request_id))
        last = found.to_dict("records")[0]
        if status not in TRANSITIONS[last["status"]]:
            raise InputError("This request was answered already, on {moment}.", moment=clock(last["since"]))
        if moment < last["since"]:
            raise InputError("The request is of {moment}; nothing can be entered before it.", moment=clock(last["since"]))
        row: dict[str, Any] = {name: None if pd.isna(last[name]) else last[name] for name in _WHOLE}
        row |= {"status": status, "answered_by": answered_by.strip() or row["answered_by"], "effective_at": moment}
        if status != "cancelled" and row["answered_by"] is None:
            raise InputError("Write who answers the request.")
        return store.append(viewer, {"care_request": pd.DataFrame([row])})


@fact(kept=16)
def requests(view: View, *, household: str | None = None) -> pd.DataFrame:
    """Return the requests as they stand, those who wait first, the oldest on top; names and what they ask for are masked.

    Returns
    -------
    DataFrame
        ``request_id, household_id, person_id, name, area_id, area_name, kind, detail, status, answered_by, asked_at, since, hours_open``
        (until it was done or cancelled), ``recorded_by, event_id``.
    """
    found = view.run("select_requests", household=household)
    return masked(view.store, ("care_request", "person_event"), found)


def _asking(store: Store, viewer: Viewer, person_id: str | None, household_id: str | None) -> dict[str, Any]:
    if person_id is not None:
        found = store.run("find_person", viewer, person=person_id)
        if found.empty:
            raise NotFound("There is no person {person} here; enter the person first.", person=repr(person_id))
    elif household_id is not None:
        found = store.run("find_household", viewer, household=household_id).assign(person_id=None)
        if found.empty:
            raise NotFound("There is no household {household} here.", household=repr(household_id))
    else:
        raise InputError("Say who asks: a person or a household.")
    own = found.iloc[0]
    return {name: None if pd.isna(own[name]) else own[name] for name in ("household_id", "person_id", "area_id")}


def _past(store: Store, given: datetime | str | None) -> datetime:
    moment = store.moment(given)
    if moment > store.now():
        raise InputError("{moment} lies in the future; enter what has happened once it has.", moment=clock(moment))
    return moment
