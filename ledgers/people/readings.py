"""Readings 体温监测: temperature, symptoms and the three questions, for people in isolation; each taken once, however often it is sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from errors import NotFound
from ledgers.entry_checks import own_id, written
from ledgers.people.reading_rules import CHANNELS, SYMPTOMS, check_readings
from ledgers.people.slots import reading_slots
from queries.events import Viewer
from queries.store import Store
from queries.view import View

__all__ = ["CHANNELS", "SYMPTOMS", "area_at", "check_readings", "counts", "periods", "record"]


def record(
    store: Store,
    viewer: Viewer,
    episode_id: str,
    *,
    temperature: float | None,
    symptoms: Collection[str] = (),
    went_out: bool | None = None,
    had_visitors: bool | None = None,
    needs: str = "",
    channel: str = "visit",
    taken_by: str = "",
    participants: Sequence[str] = (),
    note: str = "",
    effective_at: datetime | str | None = None,
    event_id: str | None = None,
) -> list[str]:
    """Record one reading and return its event ids.

    ``went_out``, ``had_visitors`` and ``needs`` are the answers to the three questions; ``participants`` who took it together.
    ``event_id`` is an id (a UUID) that whoever sends the reading has made: a reading sent twice is written once.

    Raises
    ------
    NotFound
        When there is no such episode in view.
    InputError
        When a rule of ``ledgers.people.reading_rules`` refuses it, or the id is no UUID or another record's.
    """
    moment = store.moment(effective_at)
    row: dict[str, Any] = {
        "episode_id": episode_id,
        "temperature": temperature,
        "symptoms": ",".join(dict.fromkeys(symptoms)) or None,
        "went_out": went_out,
        "had_visitors": had_visitors,
        "needs": needs.strip() or None,
        "channel": channel,
        "taken_by": taken_by.strip() or None,
        "participants": ";".join(dict.fromkeys(filter(None, (who.strip() for who in participants)))) or None,
        "note": note.strip() or None,
        "effective_at": moment,
    }
    with store.writing():
        if event_id is not None:
            row["event_id"] = own_id(event_id)
            if written(store, "reading", row["event_id"]):
                return [row["event_id"]]
        known = periods(View(store, viewer), episode=episode_id)
        if known.empty:
            raise NotFound("There is no isolation episode {episode} here.", episode=repr(episode_id))
        rows = pd.DataFrame([row])
        for problem in check_readings(rows, known, now=store.now()).values():
            raise problem
        return store.append(viewer, {"reading": rows.assign(area_id=area_at(known, moment))})


def periods(view: View, *, episode: str | None = None) -> pd.DataFrame:
    """Return the states that episodes have been in, as known now, one row for an event (``select_episode_periods``)."""
    return view.run("select_episode_periods", episode=episode)


def area_at(periods: pd.DataFrame, moment: datetime) -> str | None:
    """Return the area in which one episode was at a moment; before its first event that of the first."""
    before = periods[periods["since"] <= moment]
    area: str | None = before["area_id"].iloc[-1] if len(before) else periods["area_id"].iloc[0]
    return area


def counts(view: View, *, start: datetime) -> pd.DataFrame:
    """Return the readings of each area after ``start`` up to ``at``: ``area_id, taken, joint, expected, missed, due``.

    A reading is expected of an episode that is observing when a slot closes and had begun two hours before; ``missed`` are the slots
    closed in the window without a reading, ``due`` those still open without one, ``joint`` readings that three or more took together. An
    episode counts where it is at ``at``; areas without any have no row.
    """
    slots = reading_slots(view.store, start=start, at=view.at)
    return view.run("count_readings", start=start, **slots.bound())
