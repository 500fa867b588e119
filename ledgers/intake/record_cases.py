"""Rows of cases: which are new, which repeat what is known, and which correct it.

A case that has a number or a person is known by it. Of the others as many are known as stand in their village on their day: sixty rows of
one village and day are sixty cases, and the same file again is the same sixty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pandas as pd

from errors import N_, EpiGridError, InputError
from ledgers.intake.diffs import Differences
from ledgers.intake.record_events import reject, reject_rows, require
from ledgers.intake.record_links import Here, Record, linked, records, with_person
from ledgers.intake.rows import Rows
from ledgers.risk.case_rules import check_one_case
from ledgers.risk.cases import replaced
from queries.store import SYSTEM, Store, new_id

SAID = ("case_id", "person_id", "area_id", "status", "cluster", "note", "effective_at")
# What a row can correct of a case that stands, besides its date.
FACTS = ("area_id", "person_id", "cluster", "note")
REASON = N_("The date of confirmation was corrected by a file.")


def plan_cases(rows: Rows, here: Here, now: datetime) -> Differences:
    """Return what rows of cases would add and correct; what cannot follow on what is known is noted as a problem of its row."""
    frame = with_person(rows, linked(rows, here), here, needed=False)
    require(rows, "effective_at")
    late = rows.column("effective_at").map(lambda moment: moment is not None and moment > now).astype(bool)
    position = pd.Series(rows.values.index, index=rows.values.index)
    reason = InputError("It lies in the future: now it is {now}; correct the date.", now=f"{now:%Y-%m-%d %H:%M}")
    reject_rows(rows, "effective_at", position, late & rows.sound, reason)
    nowhere = frame["area_id"].isna() & rows.sound
    reject(rows, "area_id", nowhere, InputError("Write the village or community of the case, or who it is."))

    known = records(here.store.run("select_known_cases", here.viewer))
    said = {int(i): {name: frame.loc[i].get(name) for name in SAID} for i in rows.values.index[rows.sound]}
    courses = here.store.run("select_courses", SYSTEM, persons=frame["person_id"].dropna().tolist())
    cases = _Cases(
        here.store,
        {case["case_id"]: case for case in known},
        hidden=frozenset(here.store.run("select_known_cases", SYSTEM)["case_id"]) - {case["case_id"] for case in known},
        courses=records(courses[courses["kind"] == "case"]),
    )
    paired, doubtful = pair_unnamed(said, known, now)
    for at, row in said.items():
        try:
            if at in doubtful:
                raise _Problem("effective_at", _WITHDRAWN_HERE)
            cases.take(at, row, paired.get(at))
        except _Problem as problem:
            where = problem.field if rows.has(problem.field) else "effective_at"
            rows.reject(where, {at: problem.reason})
    return cases.differences(pd.DataFrame({"id": rows.column("case_id"), "name": rows.column("name")}))


_WITHDRAWN_HERE = InputError(
    "A case of this place and day was withdrawn since; write its number if it is confirmed again, a number of its own if it is another."
)


class _Problem(Exception):
    """What is wrong with a row, and the field that it is about."""

    def __init__(self, field: str, reason: EpiGridError) -> None:
        super().__init__(field)
        self.field, self.reason = field, reason


@dataclass
class _Cases:
    """The cases as they would stand after the rows taken so far; ``courses`` are the events of the persons named."""

    store: Store
    known: dict[str, Record]
    hidden: frozenset[str]
    courses: list[Record]
    added: list[int] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)
    corrected: list[int] = field(default_factory=list)
    changes: list[Record] = field(default_factory=list)
    events: list[Record] = field(default_factory=list)
    voids: list[Record] = field(default_factory=list)
    told: dict[str, Record] = field(default_factory=dict)

    def take(self, at: int, said: Record, paired: Record | None) -> None:
        """Take a row; ``paired`` is the case that it is where it has neither number nor person."""
        if said["case_id"] in self.hidden:
            raise _Problem("case_id", InputError("This is the number of a record in areas that you do not see; correct the number."))
        old = self._old(said, paired)
        if old is None:
            self._new(at, said)
            return
        event = _after(said, old, dated=paired is None)
        differing = {name: event[name] for name in (*FACTS, "status", "effective_at") if event[name] != old[name]}
        if not differing:
            self.repeated.append(at)
            return
        if old["case_id"] in self.told:
            raise _Problem("effective_at", InputError("Two rows of this file say different things of one case; keep the right one."))
        gone = []
        if old["status"] == event["status"] == "confirmed" and "effective_at" in differing:
            gone = self._replaced(old, event)
        self._alone(event, gone)
        self.voids += [{"target_id": event_id, "reason": REASON} for event_id in gone]
        self._note(at, event, self.corrected)
        name = said["case_id"] or old["case_id"]
        self.changes += [
            {"row": at, "id": old["case_id"], "name": name, "field": key, "old": old[key], "new": value} for key, value in differing.items()
        ]

    def _old(self, said: Record, paired: Record | None) -> Record | None:
        if said["case_id"]:
            return self.known.get(said["case_id"])
        if said["person_id"] is None:
            return paired
        own = [case for case in self.known.values() if case["person_id"] == said["person_id"]]
        # who was a case once and is one again is meant as the one that stands
        return max(own, key=lambda case: (case["status"] == "confirmed", case["effective_at"]), default=None)

    def _new(self, at: int, said: Record) -> None:
        if said["status"] == "withdrawn":
            raise _Problem("status", InputError("There is no confirmed case to withdraw; correct its number, person or date."))
        event = {**said, "case_id": said["case_id"] or new_id(), "status": "confirmed", "cluster": bool(said["cluster"])}
        self._alone(event, [])
        self._note(at, event, self.added)

    def _note(self, at: int, event: Record, which: list[int]) -> None:
        self.known[event["case_id"]] = self.told[event["case_id"]] = event
        self.events.append({name: event[name] for name in SAID})
        which.append(at)

    def _replaced(self, old: Record, event: Record) -> list[str]:
        try:
            return replaced(self.store, [old["case_id"]], since=event["effective_at"])
        except InputError as error:
            raise _Problem("effective_at", error) from None

    def _alone(self, event: Record, gone: Sequence[str]) -> None:
        """Check that nobody is two cases at once, and keep the event with those of the persons known so far."""
        if event["person_id"] is None:
            return
        before = [course for course in self.courses if course["person_id"] == event["person_id"]]
        # what a corrected date replaces does not stand any more
        kept = [c for c in before if not (gone and c["subject_id"] == event["case_id"] and c["open"])]
        moments = dict.fromkeys(("started_at", "since"), event["effective_at"])
        told = {"subject_id": event["case_id"], "person_id": event["person_id"], "open": event["status"] == "confirmed", **moments}
        try:
            check_one_case(before, [*kept, told])
        except InputError as error:
            raise _Problem("effective_at", error) from None
        self.courses = [c for c in self.courses if c not in before] + [*kept, told]

    def differences(self, named: pd.DataFrame) -> Differences:
        """Return the rows by what they do, and the events."""
        events = {"case_event": pd.DataFrame(self.events), "void": pd.DataFrame(self.voids)}
        return Differences(
            named.loc[self.added],
            named.loc[self.corrected],
            named.loc[self.repeated],
            pd.DataFrame(self.changes, columns=["row", "id", "name", "field", "old", "new"]),
            {table: frame for table, frame in events.items() if len(frame)},
        )


def _after(said: Record, old: Record, *, dated: bool) -> Record:
    """Return a case as a row leaves it; ``dated`` says that its date may be corrected."""
    moment = said["effective_at"]
    day_alone = not (moment.hour or moment.minute)
    same = not dated or moment == old["effective_at"] or (day_alone and _day(old["effective_at"], moment) == moment.date())
    status = said["status"] or old["status"]
    if old["status"] == "withdrawn":
        if status == "withdrawn":
            return old
        if same or moment <= old["effective_at"]:
            reason = InputError(
                "This case was withdrawn on {date}; a confirmation of before changes nothing. Write the date of the new one.",
                date=f"{old['effective_at']:%Y-%m-%d}",
            )
            raise _Problem("effective_at", reason)
        return {**old, **_given(said), "status": "confirmed", "effective_at": moment}
    if status == "withdrawn":  # not before it was confirmed: then it would stand on
        return {
            **old,
            **_given(said),
            "status": "withdrawn",
            "effective_at": old["effective_at"] if same else max(moment, old["effective_at"]),
        }
    return {**old, **_given(said), "effective_at": old["effective_at"] if same else moment}


def _given(said: Record) -> Record:
    return {name: said[name] for name in FACTS if said[name] is not None}


def _day(moment: datetime, like: datetime) -> Any:
    return moment.astimezone(like.tzinfo).date()


# Rows that name nobody

Like = Callable[[Record, Record], bool]
# In this order rows are taken for cases that are known: what says the same first, then what says less, then another.
_ALIKE: tuple[Like, ...] = (
    lambda said, case: bool(said["cluster"]) == bool(case["cluster"]) and said["note"] == case["note"],
    lambda said, case: said["cluster"] in (None, bool(case["cluster"])) and said["note"] in (None, case["note"]),
    lambda said, case: True,
)


def pair_unnamed(said: Mapping[int, Record], known: Sequence[Record], now: datetime) -> tuple[dict[int, Record], set[int]]:
    """Return which known case each row without number and person is, and the rows that could be one that was withdrawn.

    Of a place and day each case is taken once: a row more than are known is a new case.
    """
    numbered = {row["case_id"] for row in said.values() if row["case_id"]}
    pool: dict[tuple[Any, Any], list[Record]] = {}
    for case in sorted(known, key=lambda case: str(case["case_id"])):
        if case["person_id"] is None and case["case_id"] not in numbered:
            pool.setdefault((case["area_id"], _day(case["confirmed_at"] or case["effective_at"], now)), []).append(case)
    groups: dict[tuple[Any, Any], list[int]] = {}
    for at, row in said.items():
        if not row["case_id"] and row["person_id"] is None:
            groups.setdefault((row["area_id"], _day(row["effective_at"], now)), []).append(at)

    paired: dict[int, Record] = {}
    doubtful: set[int] = set()
    for key, rows in groups.items():
        standing = [case for case in pool.get(key, []) if case["status"] == "confirmed"]
        gone = [case for case in pool.get(key, []) if case["status"] != "confirmed"]
        refuted = [at for at in rows if said[at]["status"] == "withdrawn"]
        confirmed = [at for at in rows if said[at]["status"] != "withdrawn"]
        for wanted, there in ((confirmed, standing), (refuted, gone), (refuted, standing)):
            for alike in _ALIKE:
                for at in [at for at in wanted if at not in paired]:
                    found = next((case for case in there if alike(said[at], case)), None)
                    if found is not None:
                        paired[at] = found
                        there.remove(found)
        doubtful |= {at for at, _case in zip([at for at in confirmed if at not in paired], gone, strict=False)}
    return paired, doubtful
