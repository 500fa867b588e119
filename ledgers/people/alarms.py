"""Alarms 发热预警: a fever or a symptom of somebody under observation stands until somebody has acted on it, whatever is read later."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd

from errors import InputError, NotFound
from ledgers.entry_checks import code, happened, text
from ledgers.people.privacy import masked
from ledgers.people.reading_rules import clock
from ledgers.posts.passes import FEVER
from queries.events import Viewer
from queries.store import Store
from queries.view import View

# What can be done about an alarm; going to hospital is a change of the isolation itself, and acts on the alarm too.
ACTIONS = ("clinic", "doctor", "tested", "remeasured", "other")


def alarms(view: View) -> pd.DataFrame:
    """Return the people under observation with a fever or a symptom that nobody has acted on, latest first; names are masked.

    An alarm has no age: it stands until an act (``act``), a stay in hospital, or the end of the isolation. A calmer reading stands beside
    it and ends nothing.

    Returns
    -------
    DataFrame
        ``episode_id, person_id, household_id, area_id, name``; of the last reading that nobody has acted on ``temperature, symptoms,
        channel, taken_at, event_id``; ``alarm_since`` (the first of them), ``highest`` (°C), ``unacted`` (how many) and ``readings``
        (``event_id, taken_at`` of each); of the last reading, where it is another one, ``later_temperature, later_symptoms, later_at``.
    """
    return masked(view.store, "person_event", view.run("select_alarms", fever=FEVER))


def act(
    store: Store,
    viewer: Viewer,
    episode_id: str,
    *,
    action: str,
    done_by: str,
    note: str = "",
    reading_id: str | None = None,
    effective_at: datetime | str | None = None,
) -> list[str]:
    """Record what was done about an alarm; return the event ids.

    It acts on one reading, the last that alarms unless another is named, and on those before it that were known by now.

    Raises
    ------
    InputError
        When the action is none of :data:`ACTIONS`, another is not described, nobody is named, or it is from before the reading or to come.
    NotFound
        When nothing alarms there, or it lies out of view.
    """
    moment = happened(store, effective_at)
    if not action:
        raise InputError("Say what was done about the alarm.")
    code(action, ACTIONS)
    if text(done_by) is None:
        raise InputError("Write who has acted on the alarm.")
    if action == "other" and text(note) is None:
        raise InputError("Write what was done.")
    with store.writing():
        found = store.run("select_alarms", viewer, fever=FEVER)
        mine = found[found["episode_id"] == episode_id]
        if mine.empty:
            raise NotFound("No alarm stands for {episode} here.", episode=repr(episode_id))
        alarm: dict[Any, Any] = mine.to_dict("records")[0]
        taken = {reading["event_id"]: reading["taken_at"] for reading in alarm["readings"]}
        of = reading_id or alarm["event_id"]
        if of not in taken:
            raise NotFound("No alarm stands for {episode} here.", episode=repr(episode_id))
        if moment < taken[of]:
            local = pd.Timestamp(taken[of]).tz_convert(store.time_zone)
            raise InputError("The reading is of {moment}; nothing can have been done about it before.", moment=clock(local))
        row = {
            "episode_id": episode_id,
            "reading_id": of,
            "area_id": alarm["area_id"],
            "action": action,
            "note": text(note),
            "done_by": text(done_by),
            "effective_at": moment,
        }
        return store.append(viewer, {"alarm_action": pd.DataFrame([row])})


def actions(view: View, *, episode: str | None = None) -> pd.DataFrame:
    """Return what was done about alarms, latest first; free text is masked.

    ``event_id, episode_id, reading_id, area_id, action, note, done_by, effective_at, recorded_at, recorded_by``, and of the reading that
    was acted on ``taken_at, temperature, symptoms``.
    """
    found = view.run("select_alarm_actions", episode=episode)
    return masked(view.store, "alarm_action", found)
