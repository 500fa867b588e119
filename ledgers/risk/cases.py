"""Cases: confirmed infections, each in the area where the person lives; entered one or many at a time, and withdrawn where refuted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from errors import N_, InputError, NotFound
from ledgers.people.isolation import begun_again
from ledgers.risk.case_rules import check_one_case
from queries.events import SYSTEM, Viewer, new_id
from queries.store import Store
from queries.view import View, fact

# Why the others of a household begin again, unless it is said in other words.
HOUSEHOLD_REASON = N_("A member of the household has become a case.")
_NAMED = 5  # so many ids a sentence lists


def enter(
    store: Store,
    viewer: Viewer,
    area_id: str,
    *,
    confirmed_at: datetime | str | None = None,
    number: int = 1,
    cluster: bool = False,
    person_id: str | None = None,
    note: str = "",
    household_reason: str = HOUSEHOLD_REASON,
) -> list[str]:
    """Record confirmed cases of one area and moment (None: now); return the event ids, for ``undoing.undo``.

    ``cluster`` says that they belong to a cluster 聚集性疫情; a person can be named where there is one case. The isolation of others
    who are observed in the household of that person begins again at that moment, for ``household_reason``, in the same commit.

    Raises
    ------
    NotFound
        When there is no such area or person in view.
    InputError
        When the moment is still to come, the number is not above zero, or one person would be several cases, or a case twice.
    """
    if number < 1:
        raise InputError("Give a number of cases above zero, not {number}.", number=number)
    if person_id and number > 1:
        raise InputError("One person is one case; enter the others without this person.")
    moment = store.moment(confirmed_at)
    row = {"area_id": area_id, "person_id": person_id or None, "cluster": cluster, "note": note.strip() or None}
    with store.writing():
        events = {"case_event": _checked(store, viewer, pd.DataFrame([row] * number).assign(confirmed_at=moment))}
        if person_id:
            home = store.run("find_person", viewer, person=person_id)["household_id"].iloc[0]
            if not pd.isna(home):
                events["isolation_event"] = begun_again(store, viewer, home, person_id, started_at=moment, reason=household_reason)
        return store.append(viewer, events)


def enter_many(store: Store, viewer: Viewer, rows: pd.DataFrame) -> list[str]:
    """Record confirmed cases, thousands at once; return the event ids. The isolation of nobody begins again.

    Parameters
    ----------
    rows
        ``area_id``, ``confirmed_at`` (aware) and, where known, ``case_id`` (else a new one), ``person_id``, ``cluster``, ``note``.

    Raises
    ------
    NotFound, InputError
        As :func:`enter`; nothing is written then.
    """
    if rows.empty:
        raise InputError("Give at least one case.")
    with store.writing():
        return store.append(viewer, {"case_event": _checked(store, viewer, rows)})


def _checked(store: Store, viewer: Viewer, rows: pd.DataFrame) -> pd.DataFrame:
    late = rows.loc[rows["confirmed_at"] > store.now(), "confirmed_at"]
    if len(late):
        raise InputError("A case cannot be confirmed in the future: {moment}.", moment=f"{late.iloc[0]:%Y-%m-%d %H:%M}")
    areas = set(store.run("select_areas", viewer)["id"])
    if missing := sorted(set(rows["area_id"].astype("str")) - areas):
        raise NotFound("There is no area {area} here; see the areas layer for the ids.", area=", ".join(map(repr, missing[:_NAMED])))
    filled = rows.drop(columns="confirmed_at").assign(effective_at=rows["confirmed_at"], status="confirmed")
    if "case_id" not in filled:
        filled["case_id"] = [new_id() for _ in range(len(filled))]
    _check_persons(store, viewer, filled)
    return filled


def _check_persons(store: Store, viewer: Viewer, rows: pd.DataFrame) -> None:
    named = rows[rows["person_id"].notna()] if "person_id" in rows else rows.iloc[:0]
    if named.empty:
        return
    people = sorted(set(named["person_id"]))
    if missing := sorted(set(people) - set(store.run("select_persons", viewer, person_ids=people)["person_id"])):
        raise NotFound("There is no person {person} here.", person=", ".join(map(repr, missing[:_NAMED])))
    found = store.run("select_courses", SYSTEM, persons=people)
    known = found[found["kind"] == "case"].to_dict("records")
    courses = named.rename(columns={"case_id": "subject_id", "effective_at": "since"}).assign(started_at=named["effective_at"], open=True)
    check_one_case(known, [*known, *courses.to_dict("records")])


def withdraw(
    store: Store, viewer: Viewer, case_ids: Sequence[str], *, reason: str, effective_at: datetime | str | None = None
) -> list[str]:
    """Withdraw cases that were refuted, from a moment on (None: now); return the event ids.

    A case that was never one, a slip of the pen, is better undone (``undoing.undo``): then it has not been one at any moment.

    Raises
    ------
    NotFound
        When one of them is not confirmed then.
    InputError
        When no reason is given, or the moment is still to come.
    """
    if not reason.strip():
        raise InputError("Say why the case is withdrawn.")
    moment = store.moment(effective_at)
    if moment > store.now():
        raise InputError("A case cannot be withdrawn in the future: {moment}.", moment=f"{moment:%Y-%m-%d %H:%M}")
    with store.writing():
        found = store.run("select_cases", viewer, at=moment)
        chosen = found[found["case_id"].isin(set(case_ids))]
        if missing := sorted(set(case_ids) - set(chosen["case_id"])):
            raise NotFound("There is no confirmed case {case} here.", case=", ".join(map(repr, missing[:_NAMED])))
        rows = chosen[["case_id", "area_id", "person_id", "cluster"]].assign(status="withdrawn", note=reason.strip(), effective_at=moment)
        return store.append(viewer, {"case_event": rows})


def correct(
    store: Store,
    viewer: Viewer,
    case_id: str,
    *,
    reason: str,
    confirmed_at: datetime | str | None = None,
    cluster: bool | None = None,
    note: str | None = None,
) -> list[str]:
    """Correct a confirmed case: when it was confirmed, whether it belongs to a cluster, its note; None leaves what stands.

    The case as known before keeps its old date, as known from now on it has the new one and never had the old: levels, their days and every
    replay follow. Return the event ids, for ``undoing.undo``.

    Raises
    ------
    NotFound
        When there is no such confirmed case in view.
    InputError
        When no reason is given, nothing changes, the moment is still to come, or lies before the case was withdrawn and confirmed again.
    """
    if not reason.strip():
        raise InputError("Say why the case is corrected.")
    with store.writing():
        found = store.run("select_cases", viewer)
        rows = found[found["case_id"] == case_id].to_dict("records")
        if not rows:
            raise NotFound("There is no confirmed case {case} here.", case=repr(case_id))
        old: dict[Any, Any] = {name: None if pd.isna(value) else value for name, value in rows[0].items()}
        moment: datetime = old["confirmed_at"] if confirmed_at is None else store.moment(confirmed_at)
        if moment > store.now():
            raise InputError("A case cannot be confirmed in the future: {moment}.", moment=f"{moment:%Y-%m-%d %H:%M}")
        new = {
            **{name: old[name] for name in ("case_id", "area_id", "person_id")},
            "cluster": old["cluster"] if cluster is None else cluster,
            "note": old["note"] if note is None else (note.strip() or None),
        }
        if moment == old["confirmed_at"] and all(new[name] == old[name] for name in ("cluster", "note")):
            raise InputError("This is how the case stands: nothing changes.")
        events = {"case_event": pd.DataFrame([{**new, "status": "confirmed", "effective_at": moment}])}
        if moment != old["confirmed_at"]:
            events["void"] = pd.DataFrame([{"target_id": i, "reason": reason.strip()} for i in replaced(store, [case_id], since=moment)])
        return store.append(viewer, events)


def replaced(store: Store, case_ids: Sequence[str], *, since: datetime) -> list[str]:
    """Return the events of confirmed cases that another date of confirmation takes the place of.

    Raises
    ------
    InputError
        When one of them was withdrawn after that date, and confirmed again.
    """
    found = store.run("select_case_events", SYSTEM, cases=list(case_ids))
    gone: list[str] = []
    for _case, events in found.groupby("case_id", sort=True):
        ends = events.loc[events["status"] == "withdrawn", "effective_at"]
        if len(ends) and ends.max() > since:
            raise InputError("The case was withdrawn on {date}, and confirmed again after that.", date=f"{ends.max():%Y-%m-%d}")
        last = ends.index.max() if len(ends) else -1
        gone += events.loc[(events.index > last) & (events["status"] == "confirmed"), "event_id"].tolist()
    return gone


@fact()
def cases(view: View) -> pd.DataFrame:
    """Return the confirmed cases at a moment, the latest first.

    ``case_id, area_id, area_name, person_id, cluster, note, confirmed_at, recorded_at, recorded_by, event_id``.
    """
    return view.run("select_cases")
