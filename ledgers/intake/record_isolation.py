"""Rows of isolation: each opens an episode, or changes one along the states that it may take."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import pandas as pd

from errors import EpiGridError, InputError
from ledgers.intake.diffs import Differences
from ledgers.intake.record_events import differences
from ledgers.intake.record_links import Here, Record, linked, records, with_person
from ledgers.intake.rows import Rows
from ledgers.people.isolation_rules import ISOLATION_DAYS, Standing, check_alone, check_change, check_days, check_end, check_open, course
from ledgers.people.reading_rules import OPEN
from ledgers.people.readings import periods
from queries.store import SYSTEM, new_id
from queries.view import View

WHOLE = ("episode_id", "person_id", "household_id", "area_id", "state", "place", "place_name", "started_at", "days", "ordered_by", "reason")


def plan_isolation(rows: Rows, here: Here, now: datetime) -> Differences:
    """Return what rows of isolation would add; what cannot follow on what is known is noted as a problem of its row.

    Nobody is in two isolations at once, also where the viewer does not see; there no row changes anything.
    """
    frame = with_person(rows, linked(rows, here), here, needed=not rows.has("episode_id"))
    everywhere = periods(View(here.store, SYSTEM))
    read = here.store.run("select_last_readings", SYSTEM, episodes=everywhere.loc[everywhere["state"].isin(OPEN), "episode_id"].tolist())
    episodes = _Episodes(
        records(everywhere),
        now,
        int(ISOLATION_DAYS.on(here.store)),
        seen=frozenset(periods(View(here.store, here.viewer))["episode_id"]),
        read=dict(zip(read["episode_id"], read["taken_at"], strict=True)),
    )
    added: list[int] = []
    repeated: list[int] = []
    for position in rows.values.index[rows.sound]:
        said = {name: value for name, value in frame.loc[position].items() if value is not None}
        try:
            (added if episodes.take(said) else repeated).append(position)
        except _Problem as problem:
            known = problem.field if rows.has(problem.field) else "state" if rows.has("state") else "started_at"
            rows.reject(known, {int(position): problem.reason})
    named = pd.DataFrame({"id": rows.column("episode_id"), "name": rows.column("name")})
    events = pd.DataFrame(episodes.events, dtype="object")
    return differences(named, added, repeated, {"isolation_event": events} if len(events) else {})


class _Problem(Exception):
    """What is wrong with a row, and the field that it is about."""

    def __init__(self, field: str, reason: EpiGridError) -> None:
        super().__init__(field)
        self.field, self.reason = field, reason


@dataclass
class _Episodes:
    """The episodes as they would stand after the rows taken so far; ``seen`` are those in view, ``read`` has when each was last read."""

    known: list[Record]
    now: datetime
    usual_days: int
    seen: frozenset[str]
    read: dict[str, datetime]
    past: dict[str, list[Record]] = field(default_factory=dict)
    persons: dict[str, list[str]] = field(default_factory=dict)
    events: list[Record] = field(default_factory=list)

    def __post_init__(self) -> None:
        for event in self.known:
            self._note({**{name: event[name] for name in WHOLE}, "effective_at": event["since"]})

    def _note(self, event: Record) -> None:
        episode = event["episode_id"]
        if episode not in self.past:
            self.persons.setdefault(event["person_id"], []).append(episode)
        self.past.setdefault(episode, []).append(event)

    def take(self, said: Record) -> bool:
        """Take a row; tell whether it says anything new."""
        episode = self._whose(said)
        if episode is not None and self._repeats(episode, said):
            return False
        new = self._changed(self.past[episode], said) if episode is not None else self._opened(said)
        self._check_alone(new)
        for event in new:
            self._note(event)
        self.events += new
        return True

    def _check_alone(self, new: list[Record]) -> None:
        past = [course(event) for episode in self.persons.get(new[0]["person_id"], ()) for event in self.past[episode]]
        try:
            check_alone(past, [*past, *map(course, new)])
        except InputError as error:
            raise _Problem("started_at", error) from None

    def _whose(self, said: Record) -> str | None:
        """Return the episode that a row is about: the one it names, that of the same start, else the one that is open.

        A number that is not known is that of a new episode.
        """
        given, start = said.get("episode_id"), said.get("started_at")
        if given in self.past:
            if said.get("person_id") not in (None, self.past[given][-1]["person_id"]):
                raise _Problem("episode_id", InputError("This episode is that of somebody else; correct the number or the person."))
            return self._in_view(str(given))
        if "person_id" not in said:
            raise _Problem("episode_id", InputError("There is no isolation episode {episode} here.", episode=repr(given)))
        mine = self.persons.get(said["person_id"], [])
        same = [
            e for e in mine if given is None and start is not None and any(_same_day(event["started_at"], start) for event in self.past[e])
        ]
        still_open = [e for e in mine if self.past[e][-1]["state"] in OPEN]
        if still_open and not same and (given is not None or start is not None):
            since = f"{self.past[still_open[0]][-1]['started_at']:%Y-%m-%d}"
            reason = InputError("An isolation of this person is open since {since}; nobody has two at a time.", since=since)
            raise _Problem("started_at" if given is None else "episode_id", reason)
        found = next(iter(same or still_open), None)
        return found and self._in_view(found)

    def _in_view(self, episode: str) -> str:
        if episode not in self.seen and all(event["episode_id"] != episode for event in self.events):
            reason = InputError("This isolation lies in areas that you do not see; nothing of it can be imported.")
            raise _Problem("episode_id", reason)
        return episode

    def _repeats(self, episode: str, said: Record) -> bool:
        """Tell whether a row says what some event of the episode has said already; who ordered it and why belong to that event."""
        past = self.past[episode]
        if "started_at" in said and not any(_same_start(event, said["started_at"]) for event in past):
            return False
        facts = {name: said[name] for name in ("state", "place", "place_name", "days", "effective_at") if name in said}
        is_open = said.get("state", past[-1]["state"]) in OPEN
        return any(all(event.get(n) == v for n, v in facts.items()) and _same_end(event, said, is_open) for event in past)

    def _opened(self, said: Record) -> list[Record]:
        """Return the events of a new episode: its start, and its end where the row tells of that."""
        if "started_at" not in said:
            raise _Problem("started_at", InputError("No isolation of this person is open; write when it began."))
        if said.get("area_id") is None:
            raise _Problem("area_id", InputError("Write the grid: nothing tells where this person is."))
        state, start = said.get("state", "observing"), said["started_at"]
        usual = {"hospital": "hospital"}.get(state, "home")
        first: Record = {
            **{name: said.get(name) for name in WHOLE},
            "episode_id": said.get("episode_id") or new_id(),
            "place": said.get("place", usual),
            "days": self._days(said, start),
            "state": state if state in OPEN else "observing",
            "effective_at": start,
        }
        if state in OPEN:
            return [first]
        standing = Standing("observing", start, start, first["days"])
        moment = said.get("effective_at") or said.get("ended_at") or min(standing.release_due, self.now)
        if moment < start or moment > self.now:
            raise _Problem("ended_at", InputError("The end must lie after the start, and not in the future; correct the date."))
        return [first, {**first, "state": state, "effective_at": moment}]

    def _changed(self, past: list[Record], said: Record) -> list[Record]:
        """Return the event that a row adds to an episode."""
        last = past[-1]
        standing = Standing(last["state"], last["effective_at"], last["started_at"], int(last["days"]))
        state = str(said.get("state", last["state"]))
        moment = said.get("effective_at") or (said.get("ended_at") if state not in OPEN else None) or self.now
        if moment > self.now:
            raise _Problem("ended_at", InputError("The end must lie after the start, and not in the future; correct the date."))
        try:
            if state == last["state"]:
                check_open(standing, moment)
            else:
                # A workbook seldom says why; only an early release is asked for its reason.
                reason = said.get("reason") or ("" if state == "released" else "-")
                check_change(standing, state, at=moment, reason=reason)
        except InputError as error:
            raise _Problem("state", error) from None
        if state not in OPEN:
            self._check_end(last["episode_id"], moment)
        place = {"hospital": "hospital", "observing": "home"}.get(state, last["place"]) if state != last["state"] else last["place"]
        told = {name: said[name] for name in WHOLE if name in said and name not in ("episode_id", "person_id")}
        start = _new_start(past, said) or last["started_at"]
        days = self._days(said, start) if {"days", "ended_at"} & said.keys() and state in OPEN else last["days"]
        if (start, days) != (last["started_at"], last["days"]) and "reason" not in said:
            which = next((name for name in ("days", "ended_at") if days != last["days"] and name in said), "started_at")
            raise _Problem(which, InputError("This changes the dates of the isolation; write the reason."))
        dates = {"started_at": start, "days": days}
        return [{**last, "place": place, **told, **dates, "reason": said.get("reason"), "effective_at": moment}]

    def _check_end(self, episode: str, end: datetime) -> None:
        try:
            check_end(end, self.read.get(episode))
        except InputError as error:
            raise _Problem("ended_at", error) from None

    def _days(self, said: Record, start: datetime) -> int:
        days = said.get("days")
        if days is None and "ended_at" in said and said.get("state", "observing") in OPEN:
            days = _whole_days(start, said["ended_at"])
        try:
            return check_days(self.usual_days if days is None else days)
        except InputError as error:
            raise _Problem("days" if "days" in said else "ended_at", error) from None


def _new_start(past: list[Record], said: Record) -> datetime | None:
    """Return the start that a row gives an episode, None where it leaves the one it has.

    A start that the episode had once tells which one is meant, unless the row does nothing but bring it back, and says why.
    """
    start, last = said.get("started_at"), past[-1]
    if start is None or _same_start(last, start):
        return None
    back = "reason" in said and said.get("state", last["state"]) == last["state"]
    return start if back or not any(_same_start(event, start) for event in past) else None


def _same_start(event: Record, start: datetime) -> bool:
    """Tell whether an event has a start; a day alone says no hour."""
    alone = not (start.hour or start.minute)
    return bool(event["started_at"] == start or (alone and _same_day(event["started_at"], start)))


def _same_end(event: Record, said: Record, is_open: bool) -> bool:
    """Tell whether an event has the end that a row tells: of an open isolation the one to come, of another the day that it ended."""
    end = said.get("ended_at")
    if end is None:
        return True
    if is_open:
        return "days" in said or bool(event["days"] == _whole_days(event["started_at"], end))
    return "effective_at" in said or _same_day(event["effective_at"], end)


def _whole_days(start: datetime, end: datetime) -> int:
    return (end.date() - start.astimezone(end.tzinfo).date()).days


def _same_day(one: datetime, other: datetime) -> bool:
    return one.astimezone(other.tzinfo).date() == other.date()
