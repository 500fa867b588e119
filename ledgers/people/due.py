"""What is due 待办 at a moment: readings owed and missed, alarms, doors to visit, releases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from ledgers.people.alarms import alarms
from ledgers.people.privacy import masked
from ledgers.people.reading_rules import OPEN
from ledgers.people.screening import retry_hours
from ledgers.people.slots import reading_slots
from ledgers.posts.passes import FEVER
from queries.view import View, fact

# A slot that closed longer ago than this is no more missed now. An alarm has no age.
WINDOW = timedelta(hours=24)

_SLOT = ["episode_id", "person_id", "household_id", "area_id", "opens", "closes"]
_RELEASE = ["episode_id", "person_id", "household_id", "area_id", "started_at", "days", "release_due"]
# What is told of a door where only the count and the place matter: nothing that is personal.
_DOORS = ["household_id", "area_id", "building_id", "team", "outcome", "visited_at", "due_at"]


@dataclass(frozen=True)
class Due:
    """What is due at ``at``: a frame for each kind, names masked.

    Attributes
    ----------
    readings, missed
        One row for an episode and slot (``opens, closes``): the slot is open, or has closed in the last 24 hours, without a reading.
    alarms
        Each person observed with a fever or a symptom that nobody has acted on (``ledgers.people.alarms.alarms``).
    visits
        Households whose retry is due (``due_at``), or without any screening visit: ``household_id, area_id, building_id, team, outcome,
        visited_at, due_at``.
    releases
        Episodes under observation whose days are over.
    observing, unmeasured
        How many people are under observation, and of how many of them no reading was taken in the last 24 hours: no alarm of theirs means
        nothing.
    """

    at: datetime
    readings: pd.DataFrame
    missed: pd.DataFrame
    alarms: pd.DataFrame
    visits: pd.DataFrame
    releases: pd.DataFrame
    observing: int
    unmeasured: int


@fact()
def due(view: View) -> Due:
    """Return what is due at a moment (None: now), in an area and what lies under it (None: all).

    Who is in hospital owes no reading and is released by the hospital. A reading is owed by an episode that is observing when the slot
    closes (at ``at`` while it is open) and had begun two hours before.
    """
    slots = reading_slots(view.store, start=view.at - WINDOW, at=view.at)
    found = view.run("select_slots_and_releases_due", **slots.bound())
    owed, closed, over = (found[name].to_numpy(dtype=bool) for name in ("owed", "closed", "release_now"))
    slot = found[_SLOT]
    measured = view.run("count_measured", start=view.at - WINDOW, fever=FEVER)[["observing", "measured"]].sum()
    return Due(
        at=view.at,
        readings=slot[owed & ~closed].reset_index(drop=True),
        missed=slot[owed & closed].reset_index(drop=True),
        alarms=alarms(view),
        visits=_visits(view)[_DOORS],
        releases=found.loc[over, _RELEASE].sort_values(["release_due", "episode_id"], ignore_index=True),
        observing=int(measured["observing"]),
        unmeasured=int(measured["observing"] - measured["measured"]),
    )


def visits_due(view: View) -> pd.DataFrame:
    """Return the households to visit, the longest due first, then those never visited; addresses are masked.

    The hours after which a retry is due are the setting ``retry_hours``; a visit may name its own moment.
    """
    return masked(view.store, "household_event", _visits(view))


def _visits(view: View) -> pd.DataFrame:
    hours = retry_hours(view.store, view.at)
    return view.run("select_visits_due", outcomes=list(hours), hours=[float(h) for h in hours.values()])


def document(found: Due) -> dict[str, Any]:
    """Return what is due as a JSON document: counts, and each alarm."""
    return {
        "at": found.at.isoformat(),
        "readings_due": len(found.readings),
        "readings_missed": len(found.missed),
        "observing": found.observing,
        "unmeasured": found.unmeasured,
        "alarms": [_alarm(row) for row in found.alarms.itertuples(index=False)],
        "visits_due": len(found.visits),
        "releases_due": len(found.releases),
    }


def _alarm(row: Any) -> dict[str, Any]:
    """Return an alarm: the last reading that nobody has acted on, since when and how often there was one, and what was read after it."""
    later = None
    if not pd.isna(row.later_at):
        later = {"temperature": row.later_temperature, "symptoms": _codes(row.later_symptoms), "taken_at": row.later_at.isoformat()}
    return {
        "episode_id": row.episode_id,
        "person_id": row.person_id,
        "area_id": row.area_id,
        "name": None if pd.isna(row.name) else row.name,
        "temperature": row.temperature,
        "symptoms": _codes(row.symptoms),
        "taken_at": row.taken_at.isoformat(),
        "reading_id": row.event_id,
        "since": row.alarm_since.isoformat(),
        "readings": int(row.unacted),
        "highest": None if pd.isna(row.highest) else row.highest,
        "later": later,
    }


def _codes(symptoms: Any) -> list[str]:
    return [] if pd.isna(symptoms) else [code for code in symptoms.split(",") if code]


def due_list(found: Due, episodes: pd.DataFrame) -> pd.DataFrame:
    """Return the open episodes that something is due for: alarms first, then the most slots missed, grid by grid.

    Parameters
    ----------
    episodes
        As ``ledgers.people.isolation.episodes`` returns them, of the same moment and area.

    Returns
    -------
    DataFrame
        The columns of ``episodes``, and ``reading_due`` (bool), ``missed`` (slots in the last 24 hours), ``release_now`` (bool).
    """
    episode = episodes["episode_id"]
    listed = episodes.assign(
        reading_due=episode.isin(found.readings["episode_id"]),
        missed=episode.map(found.missed["episode_id"].value_counts()).fillna(0).astype("int64"),
        release_now=episode.isin(found.releases["episode_id"]),
    )
    listed = listed[listed["state"].isin(OPEN)]
    listed = listed[listed["alarm"] | listed["reading_due"] | (listed["missed"] > 0) | listed["release_now"]]
    order = ["alarm", "missed", "release_now", "area_name", "started_at"]
    return listed.sort_values(order, ascending=[False, False, False, True, True], kind="stable", ignore_index=True)
