"""The rules of an isolation episode: its states and what each may become, its dates, and what a change of either needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from errors import N_, InputError
from ledgers.people.reading_rules import OPEN, clock
from ledgers.people.spans import clash, spans
from ledgers.setting import Setting

# What a state may become. Released, transferred and refuted are final: a mistake is undone, a new risk of infection is a new episode.
TRANSITIONS: Mapping[str, frozenset[str]] = {
    "observing": frozenset({"hospital", "released", "transferred", "refuted"}),
    "hospital": frozenset({"observing", "released", "transferred", "refuted"}),
    "released": frozenset(),
    "transferred": frozenset(),
    "refuted": frozenset(),
}
STATES = tuple(TRANSITIONS)
PLACES = ("home", "centralised", "hospital")
DAYS = range(1, 61)


@dataclass(frozen=True)
class Standing:
    """How an episode stands: its state and since when, when it began and how many days it lasts."""

    state: str
    since: datetime
    started_at: datetime
    days: int

    @property
    def is_open(self) -> bool:
        """Tell whether it has not ended."""
        return self.state in OPEN

    @property
    def release_due(self) -> datetime:
        """Return when its days are over."""
        return release_due(self.started_at, self.days)


def release_due(started_at: datetime, days: int) -> datetime:
    """Return when an isolation is over: as many times 24 hours after its start as it has days."""
    return started_at + timedelta(days=days)


def check_change(before: Standing, state: str, *, at: datetime, reason: str) -> None:
    """Raise InputError unless an episode may take a state at a moment, for a reason.

    A release once the days are over needs no reason; everything else does.
    """
    if state not in TRANSITIONS:
        raise InputError("{state} is not a state of isolation; choose one of: {choices}.", state=repr(state), choices=", ".join(STATES))
    check_open(before, at)
    if state == before.state:
        raise InputError("The episode is in this state already, since {since}.", since=clock(before.since))
    if state == "released" and at < before.release_due and not reason.strip():
        raise InputError("The isolation lasts until {due}; to release earlier, write the reason.", due=clock(before.release_due))
    if state != "released":
        check_reason(reason)


def check_open(before: Standing, at: datetime) -> None:
    """Raise InputError when an episode has ended, or its last event is later than a moment."""
    if not before.is_open:
        raise InputError("This isolation ended on {end}; a new risk of infection is a new episode.", end=clock(before.since))
    if at < before.since:
        raise InputError(
            "The last event of this episode is of {since}; nothing can be entered before it. Undo it first.", since=clock(before.since)
        )


def check_alone(before: Iterable[Mapping[Any, Any]], after: Iterable[Mapping[Any, Any]]) -> None:
    """Raise InputError when events would put a person into two isolations at once; both are the events of ``spans.spans``."""
    found = clash(spans(before), spans(after))
    if found is None:
        return
    other = found.other
    if other.end is None:
        raise InputError(
            "This person is in isolation already, since {start} (episode {episode}); end that one first.",
            start=clock(other.start),
            episode=other.subject,
        )
    raise InputError(
        "This person was in isolation from {start} until {end} (episode {episode}); nobody is in two at once.",
        start=clock(other.start),
        end=clock(other.end),
        episode=other.subject,
    )


def check_steps(before: Iterable[Mapping[Any, Any]], after: Iterable[Mapping[Any, Any]]) -> None:
    """Raise InputError when an isolation would begin with its end, or go on after it, and did not before; events as of ``check_alone``."""
    if _broken(after) - _broken(before):
        raise InputError("Later events of this isolation rest on it; undo those first, the last one first.")


def _broken(events: Iterable[Mapping[Any, Any]]) -> set[str]:
    ended, broken = dict[str, bool](), set[str]()
    for event in events:
        subject = event["subject_id"]
        if ended.get(subject, not event["open"]):
            broken.add(subject)
        ended[subject] = not event["open"]
    return broken


def check_end(end: datetime, last_reading: datetime | None) -> None:
    """Raise InputError when an isolation would end before its last reading."""
    if last_reading is not None and end < last_reading:
        raise InputError(
            "A reading of this isolation was taken at {moment}; it cannot end before that. Undo the reading, or correct the time.",
            moment=clock(last_reading),
        )


def course(event: Mapping[Any, Any]) -> dict[Any, Any]:
    """Return an event of an episode (``effective_at`` for its moment) as an event of ``spans.spans``."""
    told = {name: event[name] for name in ("person_id", "started_at")}
    return {**told, "subject_id": event["episode_id"], "open": event["state"] in OPEN, "since": event["effective_at"]}


def check_days(days: int) -> int:
    """Return a number of days. Raises InputError for one that no isolation lasts."""
    if days not in DAYS:
        raise InputError("An isolation lasts 1 to 60 days, not {days}.", days=days)
    return int(days)


ISOLATION_DAYS = Setting("isolation_days", N_("how many days an isolation lasts unless told otherwise"), 14, check=check_days)


def check_place(place: str) -> str:
    """Return a place of isolation. Raises InputError for a code that is none."""
    if place not in PLACES:
        raise InputError("{place} is not a place of isolation; choose one of: {choices}.", place=repr(place), choices=", ".join(PLACES))
    return place


def check_reason(reason: str) -> None:
    """Raise InputError for a reason that says nothing."""
    if not reason.strip():
        raise InputError("Write the reason: whoever reads this order later must know why.")
