"""Isolation 隔离: episodes with their states, dates and places; each change an event that holds the whole state, and can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias

import pandas as pd

from errors import InputError, NotFound
from ledgers.people.isolation_rules import (
    ISOLATION_DAYS,
    PLACES,
    STATES,
    TRANSITIONS,
    Standing,
    check_alone,
    check_change,
    check_days,
    check_end,
    check_open,
    check_place,
    check_reason,
    course,
)
from ledgers.people.privacy import masked
from ledgers.people.reading_rules import OPEN, clock
from ledgers.posts.passes import FEVER
from queries.events import SYSTEM, Viewer, new_id
from queries.store import Store
from queries.view import View, fact

__all__ = [
    "OPEN",
    "PLACES",
    "STATES",
    "TRANSITIONS",
    "begun_again",
    "change",
    "episodes",
    "history",
    "household_dates",
    "move",
    "set_dates",
    "start",
]

Row: TypeAlias = dict[str, Any]
# The whole state, which every event of an episode holds.
_STATE = ["state", "place", "place_name", "started_at", "days", "ordered_by", "reason"]
_WHOLE = ["episode_id", "person_id", "household_id", "area_id", *_STATE]


# Acts ---------------------------------------------------------------------------------------------------------------------


def start(
    store: Store,
    viewer: Viewer,
    person_id: str,
    *,
    place: str = "home",
    started_at: datetime | str | None = None,
    days: int | None = None,
    area_id: str | None = None,
    place_name: str = "",
    reason: str,
    ordered_by: str,
) -> tuple[str, list[str]]:
    """Begin an isolation; return the id of the episode, and the event ids.

    ``days`` None is the setting ``isolation_days`` (14), ``area_id`` None the area of the person. A person has one open episode.

    Raises
    ------
    NotFound
        When there is no such person or area in view.
    InputError
        When it would begin in the future or during another episode, the days are not 1 to 60, or the reason or who ordered it is missing.
    """
    moment = _past(store, started_at)
    length = check_days(ISOLATION_DAYS.on(store) if days is None else days)
    check_place(place)
    check_reason(reason)
    if not ordered_by.strip():
        raise InputError("Write who gave the order.")
    with store.writing():
        found = store.run("find_person", viewer, person=person_id)
        if found.empty:
            raise NotFound("There is no person {person} here; enter the person first.", person=repr(person_id))
        household, own_area = (None if pd.isna(found[name].iloc[0]) else found[name].iloc[0] for name in ("household_id", "area_id"))
        row: Row = {
            "episode_id": new_id(),
            "person_id": person_id,
            "household_id": household,
            "area_id": _area(store, viewer, own_area if area_id is None else area_id),
            "state": "observing",
            "place": place,
            "place_name": place_name.strip() or None,
            "started_at": moment,
            "days": length,
            "ordered_by": ordered_by.strip(),
            "reason": reason.strip(),
            "effective_at": moment,
        }
        return row["episode_id"], _append(store, viewer, [row])


def change(
    store: Store,
    viewer: Viewer,
    episode_id: str,
    state: str,
    *,
    effective_at: datetime | str | None = None,
    reason: str = "",
    ordered_by: str = "",
    place: str | None = None,
    place_name: str | None = None,
) -> list[str]:
    """Change the state of an episode along ``TRANSITIONS``; return the event ids.

    Without a ``place``, who goes to hospital is there, and who comes back from it is at home. Raises InputError also for an end before
    the last reading.
    """
    moment = _past(store, effective_at)
    with store.writing():
        row, before = _last(store, viewer, episode_id)
        check_change(before, state, at=moment, reason=reason)
        if state not in OPEN:
            taken = store.run("select_last_readings", SYSTEM, episodes=[episode_id])["taken_at"]
            check_end(moment, taken.iloc[0] if len(taken) else None)
        usual = {"hospital": "hospital", "observing": "home"}.get(state)
        if usual is not None:
            row |= {"place": check_place(place or usual), "place_name": (place_name or "").strip() or None}
        return _append(store, viewer, [_signed(row | {"state": state, "effective_at": moment}, reason, ordered_by)])


def set_dates(
    store: Store,
    viewer: Viewer,
    episode_id: str,
    *,
    started_at: datetime | str | None = None,
    days: int | None = None,
    reason: str,
    ordered_by: str = "",
    effective_at: datetime | str | None = None,
) -> list[str]:
    """Change when an open episode began or how many days it lasts; what it was before stays in its history. None is as it is.

    Raises InputError also when it would begin during another isolation of the person.
    """
    moment = _past(store, effective_at)
    check_reason(reason)
    with store.writing():
        row, before = _last(store, viewer, episode_id)
        check_open(before, moment)
        begun = before.started_at if started_at is None else _past(store, started_at)
        length = before.days if days is None else check_days(days)
        if (begun, length) == (before.started_at, before.days):
            raise InputError("These are the dates it has already.")
        changed = row | {"started_at": begun, "days": length, "effective_at": moment}
        return _append(store, viewer, [_signed(changed, reason, ordered_by)])


def household_dates(
    store: Store,
    viewer: Viewer,
    household_id: str,
    *,
    started_at: datetime | str,
    reason: str,
    ordered_by: str = "",
    effective_at: datetime | str | None = None,
) -> list[str]:
    """Let the isolation of everyone who is observed in a household begin again, from the last contact with a member who became a case.

    The member who is in hospital, or has been transferred, keeps their dates. The old dates of the others stay in their history.
    """
    moment, begun = _past(store, effective_at), _past(store, started_at)
    check_reason(reason)
    with store.writing():
        observed = _observed(store, viewer, household_id)
        if not observed:
            raise NotFound("Nobody is being observed in household {household}.", household=repr(household_id))
        for _, before in observed:
            check_open(before, moment)
        return _append(store, viewer, [_again(row, begun, moment, reason, ordered_by) for row, _ in observed])


def begun_again(store: Store, viewer: Viewer, household_id: str, case: str, *, started_at: datetime, reason: str) -> pd.DataFrame:
    """Return the rows of ``isolation_event`` by which others of a household begin again, now that one of its persons is a case.

    Who began later than ``started_at``, the last contact, keeps their dates. The rows are to be appended with the case, in one commit.
    """
    found = _observed(store, viewer, household_id)
    others = [row for row, before in found if row["person_id"] != case and before.started_at < started_at]
    return pd.DataFrame([_again(row, started_at, store.now(), reason, "") for row in others])


def _observed(store: Store, viewer: Viewer, household_id: str) -> list[tuple[Row, Standing]]:
    found = store.run("select_episode_periods", viewer, household=household_id)
    latest = found.drop_duplicates("episode_id", keep="last")
    return [_standing(period) for period in latest[latest["state"] == "observing"].to_dict("records")]


def _again(row: Row, begun: datetime, moment: datetime, reason: str, ordered_by: str) -> Row:
    return _signed(row | {"started_at": begun, "effective_at": moment}, reason, ordered_by)


def move(
    store: Store,
    viewer: Viewer,
    episode_id: str,
    *,
    area_id: str | None = None,
    household_id: str | None = None,
    place: str | None = None,
    place_name: str | None = None,
    reason: str,
    ordered_by: str = "",
    effective_at: datetime | str | None = None,
) -> list[str]:
    """Move an open episode to another area, household or place; its history goes with it. None is as it is.

    Raises NotFound when there is no such episode, household or area in view.
    """
    moment = _past(store, effective_at)
    check_reason(reason)
    with store.writing():
        row, before = _last(store, viewer, episode_id)
        check_open(before, moment)
        given: Row = {"area_id": area_id, "household_id": household_id, "place": place, "place_name": place_name}
        there = {name: value for name, value in given.items() if value not in (None, row[name])}
        if not there:
            raise InputError("The episode is there already; say where it moves to.")
        _area(store, viewer, there.get("area_id", row["area_id"]))
        if "household_id" in there and store.run("find_household", viewer, household=household_id).empty:
            raise NotFound("There is no household {household} here.", household=repr(household_id))
        check_place(place or "home")
        return _append(store, viewer, [_signed(row | there | {"effective_at": moment}, reason, ordered_by)])


# Reading ------------------------------------------------------------------------------------------------------------------


@fact(kept=16)
def episodes(view: View, *, person: str | None = None, household: str | None = None) -> pd.DataFrame:
    """Return the episodes as they stand at a moment, latest start first; names and addresses are masked.

    Returns
    -------
    DataFrame
        ``episode_id, person_id, name, household_id, area_id, area_name, state, place, place_name, started_at, days, release_due``, ``day``
        (of ``days``), ``temperature, symptoms, channel, taken_at`` (of the last reading), ``alarm`` (somebody
        observed has a fever or a symptom that nobody has acted on), of it ``alarm_temperature, alarm_symptoms, alarm_at`` (the last such
        reading), ``alarm_since, unacted`` (the first, and how many), ``ordered_by, reason, since, recorded_at, recorded_by, event_id``.
    """
    subject = {"person": person, "household": household}
    found = view.run("select_episodes", fever=FEVER, **subject)
    return masked(view.store, ("person_event", "isolation_event"), found)


def history(view: View, episode_id: str) -> pd.DataFrame:
    """Return every event of an episode, latest first, with who entered it and when, and who undid it (``select_episode_history``)."""
    return masked(view.store, "isolation_event", view.run("select_episode_history", episode=episode_id))


# Checks -------------------------------------------------------------------------------------------------------------------


def _last(store: Store, viewer: Viewer, episode_id: str) -> tuple[Row, Standing]:
    found = store.run("select_episode_periods", viewer, episode=episode_id)
    if found.empty:
        raise NotFound("There is no isolation episode {episode} here.", episode=repr(episode_id))
    return _standing(found.to_dict("records")[-1])


def _standing(period: Mapping[Any, Any]) -> tuple[Row, Standing]:
    """Return the whole state that a new event copies, and how the episode stands, from its last period."""
    row = {name: None if pd.isna(period[name]) else period[name] for name in _WHOLE}
    return row, Standing(period["state"], period["since"], period["started_at"], int(period["days"]))


def _past(store: Store, given: datetime | str | None) -> datetime:
    moment = store.moment(given)
    if moment > store.now():
        raise InputError("{moment} lies in the future; enter what has happened once it has.", moment=clock(moment))
    return moment


def _area(store: Store, viewer: Viewer, area_id: str | None) -> str | None:
    if area_id is None:
        raise InputError("Say in which area; the person has none.")
    store.scope(viewer, area_id)
    return area_id


def _signed(row: Row, reason: str, ordered_by: str) -> Row:
    return row | {"reason": reason.strip() or None, "ordered_by": ordered_by.strip() or row["ordered_by"]}


def _append(store: Store, viewer: Viewer, rows: list[Row]) -> list[str]:
    """Write events, each the last of its episode; nobody is in two isolations at once, also where the viewer does not see."""
    found = store.run("select_courses", SYSTEM, persons=list({row["person_id"] for row in rows}))
    known = found[found["kind"] == "isolation"].to_dict("records")
    check_alone(known, [*known, *map(course, rows)])
    return store.append(viewer, {"isolation_event": pd.DataFrame(rows)})
