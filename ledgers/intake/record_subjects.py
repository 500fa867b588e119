"""Households, persons and units: which rows describe one that is known, and what they say anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pandas as pd

from errors import InputError
from ledgers.intake.diffs import Differences
from ledgers.intake.record_links import Here, Record, areas_of_buildings, linked, merge, records, with_area, with_household
from ledgers.intake.record_values import door_form
from ledgers.intake.rows import Rows
from ledgers.people import id_numbers
from ledgers.people.persons import categories_at
from queries.store import new_id


@dataclass(frozen=True)
class Subject:
    """How a layer keeps its subjects: table, column of the id, the fact it is named by, and what tells one from another.

    ``keys`` returns the keys of a record, the surest first; the first that somebody here has too finds them.
    """

    table: str
    id: str
    name: str
    keys: Callable[[Record], list[tuple[Any, ...]]]


def _household_keys(home: Record) -> list[tuple[Any, ...]]:
    return [("door", home.get("area_id"), home.get("building_id"), door_form(home["door"]))] if home.get("door") else []


def _person_keys(person: Record) -> list[tuple[Any, ...]]:
    number, name = person.get("id_number"), person.get("name")
    keys: list[tuple[Any, ...]] = [("number", number)] if number else []
    return keys + [(by, name, person[by]) for by in ("phone", "household_id") if name and person.get(by)]


def _unit_keys(unit: Record) -> list[tuple[Any, ...]]:
    return [("name", unit["name"], unit.get("area_id"))] if unit.get("name") else []


SUBJECTS = {
    "households": Subject("household_event", "household_id", "door", _household_keys),
    "persons": Subject("person_event", "person_id", "name", _person_keys),
    "units": Subject("unit_event", "unit_id", "name", _unit_keys),
}


def plan_subjects(rows: Rows, here: Here, now: datetime) -> Differences:
    """Return what rows of households, persons or units would add and change; what they contradict is noted as a problem."""
    frame = _prepared(rows, here, now)
    subject = SUBJECTS[rows.layer]
    ledger = _Ledger(rows, subject, records(here.known(rows.layer)), here.elsewhere(rows.layer, subject.id), now)
    for position in rows.values.index[rows.sound.to_numpy()]:
        ledger.take(int(position), {k: v for k, v in frame.loc[position].items() if v is not None})
    return ledger.differences()


def _prepared(rows: Rows, here: Here, now: datetime) -> pd.DataFrame:
    frame = linked(rows, here)
    if rows.layer == "households":
        frame = areas_of_buildings(frame, here)
        _check_grids(rows, frame, here)
        frame = _without_people(frame, rows)
    if rows.layer == "persons":
        frame = _in_units(rows, areas_of_buildings(frame, here), here)
        frame = with_household(rows, frame, here) if rows.has("household_id") or rows.has("door") else frame
        frame = _by_number(rows, frame).drop(columns=["building_id", "door"], errors="ignore")
        frame = _in_categories(frame, here, now)
    if rows.layer == "units":
        _check_staff(rows)
        _need(rows, frame, "area_id", InputError("Write the grid, the village or the community that it lies in."))
    return frame.drop(columns="stair", errors="ignore")


def _need(rows: Rows, frame: pd.DataFrame, name: str, reason: InputError) -> None:
    blank = frame[name].isna() if name in frame else pd.Series(True, index=frame.index)
    known = frame[SUBJECTS[rows.layer].id].notna() if SUBJECTS[rows.layer].id in frame else ~blank & False
    rows.reject(name, dict.fromkeys(frame.index[blank & ~known & rows.sound].tolist(), reason))


def _check_grids(rows: Rows, frame: pd.DataFrame, here: Here) -> None:
    _need(rows, frame, "area_id", InputError("Write the grid, or the building: each household lies in exactly one grid."))
    area = frame["area_id"] if "area_id" in frame else rows.column("area_id")
    for position in frame.index[area.notna() & ~area.isin(here.grids) & bool(len(here.areas))]:
        wide = InputError("{area} has smaller areas under it; choose the one of them that this belongs to.", area=area[position])
        rows.reject("area_id", {int(position): wide})


def _without_people(frame: pd.DataFrame, rows: Rows) -> pd.DataFrame:
    """Return households with nobody in those that a row calls vacant without counting heads, as an entry by hand has it."""
    heads = rows.column("head_count")
    return frame.assign(head_count=heads.where(heads.notna() | (rows.column("status") != "vacant"), 0))


def _check_staff(rows: Rows) -> None:
    pairs = zip(rows.column("staff"), rows.column("staff_affected"), strict=True)
    for position, (staff, affected) in enumerate(pairs):
        if staff is not None and affected is not None and affected > staff:
            reason = InputError(
                "{affected} staff from the affected area are more than the {staff} there are.", affected=affected, staff=staff
            )
            rows.reject("staff_affected", {position: reason})


def _in_categories(frame: pd.DataFrame, here: Here, now: datetime) -> pd.DataFrame:
    """Return persons with the codes of the categories in force; what an office calls otherwise stays as it is written."""
    if "category" not in frame:
        return frame
    codes = {name: code for code, name in categories_at(here.store, now.date()).items()}
    return frame.assign(category=[codes.get(text, text) for text in frame["category"]])


def _in_units(rows: Rows, frame: pd.DataFrame, here: Here) -> pd.DataFrame:
    if not rows.has("unit_id"):
        return frame
    units = here.known("units")
    named = units.drop_duplicates("name", keep=False).set_index("name")["unit_id"]
    ids = dict(zip(units["unit_id"], units["unit_id"], strict=True))
    found = frame["unit_id"].map({**named.to_dict(), **ids}).astype("object")
    unknown = frame["unit_id"].notna() & found.isna()
    for position in frame.index[unknown]:
        reason = InputError(
            "There is no unit {name} here, or several; import the units first, or write the id.", name=frame["unit_id"][position]
        )
        rows.reject("unit_id", {int(position): reason})
    return with_area(frame.assign(unit_id=found.where(found.notna(), None)), "unit_id", units)


def _by_number(rows: Rows, frame: pd.DataFrame) -> pd.DataFrame:
    """Return persons with sex and birthday as their ID numbers tell; who contradicts the number is noted."""
    if not rows.has("id_number"):
        return frame
    told = frame["id_number"].map(lambda number: id_numbers.check(number) if number else (None, None))
    for name, place, reason in (
        ("birth_date", 0, InputError("The ID number tells another birthday; one of the two is wrong.")),
        ("sex", 1, InputError("The ID number tells the other sex; one of the two is wrong.")),
    ):
        tells = pd.Series([pair[place] for pair in told], index=frame.index, dtype="object")
        given = rows.column(name)
        wrong = given.notna() & tells.notna() & (given != tells)
        rows.reject(name, dict.fromkeys(frame.index[wrong].tolist(), reason))
        frame = frame.assign(**{name: given.where(given.notna(), tells)})
    return frame


@dataclass
class _Ledger:
    """The subjects as they would stand after the rows taken so far; ``elsewhere`` are those out of view, which no row touches."""

    rows: Rows
    subject: Subject
    known: list[Record]
    elsewhere: list[Record]
    now: datetime
    numbers: dict[str, str] = field(default_factory=dict)
    stands: dict[str, Record] = field(default_factory=dict)
    found: dict[tuple[Any, ...], str] = field(default_factory=dict)
    said: dict[str, tuple[int, Record]] = field(default_factory=dict)
    outcome: dict[int, tuple[str, str]] = field(default_factory=dict)
    changes: list[Record] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.hidden = {record[self.subject.id] for record in self.elsewhere}
        for record in self.known:
            self.stands[record[self.subject.id]] = record
            self._index(record)
        for record in self.elsewhere:
            self._number(record)

    def _number(self, record: Record) -> None:
        if record.get("id_number"):
            self.numbers.setdefault(record["id_number"], record[self.subject.id])

    def _index(self, record: Record) -> None:
        self._number(record)
        for key in self.subject.keys(record):
            self.found.setdefault(key, record[self.subject.id])

    def take(self, position: int, said: Record) -> None:
        """Note what a row adds, changes or repeats; what it contradicts is a problem of the row."""
        subject = self._whose(said)
        if subject is None and not said.get(self.subject.id) and not self.subject.keys(said):
            self._reject(position, self._nameless(said))
            return
        subject = subject or said.get(self.subject.id) or new_id()
        if subject in self.said:
            self._again(position, subject, said)
            return
        if subject in self.hidden:
            reason = InputError("This is the number of a record in areas that you do not see; correct the number.")
            self.rows.reject(self.subject.id, {position: reason})
            return
        old = self.stands.get(subject)
        if old is None and not said.get(self.subject.name):
            self._reject(position, InputError("Nothing is known of it here; write the name, or the door, as well."))
            return
        self._describe(position, subject, said, old)

    def _whose(self, said: Record) -> str | None:
        given = said.get(self.subject.id)
        if given is not None:
            return given if given in self.stands else None
        for key in self.subject.keys(said):
            subject = self.found.get(key)
            # Two people with one name behind one door are told apart by their ID numbers.
            if subject is not None and not _differ(said.get("id_number"), self.stands[subject].get("id_number")):
                return subject
        return None

    def _nameless(self, said: Record) -> InputError:
        if self.subject.id == "person_id" and not said.get("name"):
            return InputError("Write who it is: the name or the ID number.")
        if self.subject.id == "person_id":
            return InputError("A name alone does not tell who it is; write the ID number, the phone or the household as well.")
        return InputError("Write the name, or the door: nothing tells which record this is.")

    def _again(self, position: int, subject: str, said: Record) -> None:
        first, before = self.said[subject]
        if any(_differ(value, before.get(name), name) for name, value in said.items() if name != "effective_at"):
            self._reject(position, InputError("It is the same as in row {row}; each may come once.", row=int(self.rows.table.rows[first])))
            return
        if said.keys() - before.keys():
            old = next((r for r in self.known if r[self.subject.id] == subject), None)
            self.changes = [c for c in self.changes if c["position"] != first]
            self._describe(first, subject, merge(before, said), old)
        self.outcome[position] = ("unchanged", subject)

    def _describe(self, position: int, subject: str, said: Record, old: Record | None) -> None:
        facts = {name: value for name, value in said.items() if name != "effective_at"}
        since = said.get("effective_at", self.now)
        new = {name: value for name, value in facts.items() if old is None or not _same(old.get(name), value, name)}
        new.pop(self.subject.id, None)
        if self.numbers.get(str(new.get("id_number")), subject) != subject:
            reason = InputError("Somebody with this ID number is in the ledger already; open that file.")
            self.rows.reject("id_number", {position: reason})
            return
        if old is not None and new and since < old["since"]:
            self._reject(
                position,
                InputError("It is older than what is known here since {since}; correct its date.", since=f"{old['since']:%Y-%m-%d %H:%M}"),
            )
            return
        # What is said in other words, a door, stays as it is written here.
        whole = {**merge(old or {}, facts if old is None else new), self.subject.id: subject, "since": since}
        if whole.get("status") == "vacant" and whole.get("head_count"):
            reason = InputError("Nobody lives in a vacant home; set the head count to 0 or choose another status.")
            self.rows.reject("head_count", {position: reason})
            return
        self.said[subject] = (position, said)
        self.stands[subject] = whole
        self._index(whole)
        self.outcome[position] = ("added" if old is None else "changed" if new else "unchanged", subject)
        if old is not None:
            self.changes += [{"position": position, "id": subject, "field": n, "old": old.get(n), "new": v} for n, v in new.items()]

    def _reject(self, position: int, reason: InputError) -> None:
        self.rows.reject(self.subject.name, {position: reason})

    def differences(self) -> Differences:
        """Return the rows by what they do, and the events."""
        table = pd.DataFrame(
            [(position, what, subject, self.stands[subject].get(self.subject.name)) for position, (what, subject) in self.outcome.items()],
            columns=["position", "what", "id", "name"],
        ).set_index("position")
        parts = {what: table.loc[table["what"] == what, ["id", "name"]] for what in ("added", "changed", "unchanged")}
        written = [self.stands[subject] for subject in table.loc[table["what"] != "unchanged", "id"]]
        events = pd.DataFrame([{**_plain(r), "effective_at": r["since"], "withdrawn": False} for r in written], dtype="object")
        names = table["name"].to_dict()
        changes = [
            {"row": int(self.rows.table.rows[c["position"]]), "id": c["id"], "name": names.get(c["position"]), **_told(c)}
            for c in self.changes
        ]
        return Differences(
            **parts,
            changes=pd.DataFrame(changes, columns=["row", "id", "name", "field", "old", "new"]),
            events={self.subject.table: events.drop(columns="since")} if written else {},
        )


def _plain(record: Record) -> Record:
    return {name: value for name, value in record.items() if name != "effective_at"}


def _told(change: Record) -> Record:
    return {"field": change["field"], **{side: None if change[side] is None else str(change[side]) for side in ("old", "new")}}


def _same(old: Any, new: Any, name: str = "") -> bool:
    if name == "door" and old is not None:
        return door_form(old) == door_form(new)
    if isinstance(old, float | int) and isinstance(new, float | int):
        return float(old) == float(new)
    if isinstance(old, datetime) and not isinstance(new, datetime):
        return old.date() == new  # type: ignore[no-any-return]
    return bool(old == new)


def _differ(one: Any, other: Any, name: str = "") -> bool:
    return one is not None and other is not None and not _same(one, other, name)
