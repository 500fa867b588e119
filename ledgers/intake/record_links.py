"""Who and where the rows of a ledger speak of: areas, buildings, households and persons, by id, number or name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from errors import InputError
from ledgers import areas
from ledgers.intake.record_rows import each_once, objects
from ledgers.intake.record_values import door_form
from ledgers.intake.rows import Rows
from queries.kinds import FILED
from queries.store import SYSTEM, Store, Viewer

Record = dict[str, Any]


@dataclass
class Here:
    """What the workspace holds that a row may refer to; each is fetched when it is first asked for."""

    store: Store
    viewer: Viewer
    fetched: dict[str, pd.DataFrame] = field(default_factory=dict)

    @cached_property
    def areas(self) -> pd.DataFrame:
        """Return the areas: ``id, name, code, parent_id``."""
        return objects(pd.DataFrame(self.store.layer("areas", self.viewer).drop(columns="geometry")))

    @cached_property
    def grids(self) -> set[str]:
        """Return the areas with nothing under them."""
        return set(self.areas["id"]) - set(self.areas["parent_id"].dropna())

    @cached_property
    def above(self) -> dict[str, set[str]]:
        """Return area -> itself and the areas that it lies in."""
        parent = dict(zip(self.areas["id"], self.areas["parent_id"], strict=True))
        found: dict[str, set[str]] = {}
        for area in parent:
            chain, at = set[str](), area
            while at is not None and at not in chain:
                chain.add(at)
                at = parent.get(at)
            found[area] = chain
        return found

    @cached_property
    def buildings(self) -> list[Record]:
        """Return the buildings: ``id, name, area_id``."""
        return records(self.store.run("select_buildings", self.viewer)[["id", "name", "area_id"]])

    def known(self, layer: str) -> pd.DataFrame:
        """Return what is described now of ``households``, ``persons`` or ``units``."""
        if layer not in self.fetched:
            self.fetched[layer] = objects(self.store.run(FILED[layer][1].known, self.viewer))
        return self.fetched[layer]

    def elsewhere(self, layer: str, id: str) -> list[Record]:
        """Return what is described now out of the viewer's sight: a number is one everywhere."""
        if self.viewer.areas is None:
            return []
        everything = self.store.run(FILED[layer][1].known, SYSTEM)
        return records(everything[~everything[id].isin(set(self.known(layer)[id]))])

    @cached_property
    def households(self) -> Households:
        """Return the finder of households."""
        return Households(self)

    @cached_property
    def persons(self) -> Persons:
        """Return the finder of persons."""
        return Persons(self)

    def within(self, area: str | None, wider: str | None) -> bool:
        """Tell whether an area is another one or lies in it; where either is not known nothing speaks against it."""
        return area is None or wider is None or wider in self.above.get(area, {area})


class Households:
    """Finds households by id, by building and door, by area and door, or by the name of whoever answers there."""

    def __init__(self, here: Here) -> None:
        self.here = here
        self.ids = {home["household_id"]: home for home in records(here.known("households"))}
        self.doors: dict[str, list[Record]] = {}
        self.contacts: dict[str, list[Record]] = {}
        for home in self.ids.values():
            self.doors.setdefault(home["door"] and door_form(home["door"]), []).append(home)
            self.contacts.setdefault(home["contact"], []).append(home)

    def find(self, household: str | None, area: str | None, building: str | None, door: str | None, contact: str | None) -> str | None:
        """Return the household that is meant, None where nothing is said of one.

        Raises
        ------
        InputError
            When there is none, or several.
        """
        if household is not None:
            if household not in self.ids:
                raise InputError("There is no such household here; import the households first, or correct it.")
            return household
        if door is None and contact is None:
            return None
        found = self.doors.get(door_form(door), []) if door is not None else self.contacts.get(str(contact), [])
        found = [h for h in found if building is None or h["building_id"] == building]
        found = [h for h in found if self.here.within(h["area_id"], area)]
        if len(found) > 1 and contact is not None:
            found = [h for h in found if h["contact"] == contact] or found
        if len(found) > 1:
            raise InputError("Several households here fit; write the building and the grid as well.")
        if not found:
            raise InputError("There is no such household here; import the households first, or correct it.")
        return str(found[0]["household_id"])


class Persons:
    """Finds persons by id, by ID number, or by name with what else is said of them."""

    def __init__(self, here: Here) -> None:
        self.ids = {person["person_id"]: person for person in records(here.known("persons"))}
        self.numbers: dict[str, str] = {p["id_number"]: p["person_id"] for p in self.ids.values() if p["id_number"]}
        self.names: dict[str, list[Record]] = {}
        self.here = here
        for person in self.ids.values():
            self.names.setdefault(person["name"], []).append(person)

    def find(
        self, person: str | None, number: str | None, name: str | None, phone: str | None, household: str | None, area: str | None
    ) -> str | None:
        """Return the person that is meant.

        Raises
        ------
        InputError
            When nothing says who it is, there is nobody, or several people could be meant.
        """
        if person is not None:
            if person not in self.ids:
                raise InputError("There is nobody with the number {name} here; import the persons first, or correct it.", name=person)
            return person
        if number is not None and number in self.numbers:
            found = self.ids[self.numbers[number]]
            if name is not None and found["name"] not in (None, name):
                raise InputError("Here this ID number belongs to somebody with another name; one of the two is wrong.")
            return str(found["person_id"])
        if name is None:
            if number is None:
                raise InputError("Write who it is: the name or the ID number.")
            raise InputError("There is nobody with this ID number here; import the persons first, or correct it.")
        return self._named(name, number, phone, household, area)

    def _named(self, name: str, number: str | None, phone: str | None, household: str | None, area: str | None) -> str:
        people = [p for p in self.names.get(name, []) if number is None or p["id_number"] is None]
        people = [p for p in people if household is None or p["household_id"] in (None, household)]
        people = [p for p in people if self.here.within(p["area_id"], area)]
        if len(people) > 1:
            people = [p for p in people if phone is not None and p["phone"] == phone] or people
        if len(people) > 1:
            raise InputError("Several people here have this name; write the ID number or the phone as well.")
        if not people:
            raise InputError("There is nobody of this name here; import the persons first, or correct the name.")
        return str(people[0]["person_id"])


def records(frame: pd.DataFrame) -> list[Record]:
    """Return the rows as dictionaries, None for what is missing."""
    found: list[Record] = objects(frame).to_dict("records")  # type: ignore[assignment]
    return found


def linked(rows: Rows, here: Here) -> pd.DataFrame:
    """Return the values of the rows with their references as ids; what refers to nothing is noted as a problem of its cell.

    A household lends a row its building and its area, a building its area.
    """
    frame = rows.values.copy()
    if rows.has("area_id"):
        found, problems = areas.resolve(rows.column("area_id"), areas.References(here.areas))
        rows.reject("area_id", problems)
        frame["area_id"] = found
    area = frame["area_id"] if "area_id" in frame else rows.column("area_id")
    if rows.has("building_id"):
        frame["building_id"], problems = each_once([rows.column("building_id"), area], lambda name, where: _building(here, name, where))
        rows.reject("building_id", problems)
    if rows.has("stair"):
        frame["door"] = _doors(rows)
    return frame


def with_household(rows: Rows, frame: pd.DataFrame, here: Here) -> pd.DataFrame:
    """Return linked rows with the household that they speak of and its area."""
    wanted = [frame.get(name, rows.column(name)) for name in ("household_id", "area_id", "building_id", "door", "contact")]
    found, problems = each_once(wanted, here.households.find)
    rows.reject(next((n for n in ("household_id", "door", "contact") if rows.has(n)), "door"), problems)
    return with_area(frame.assign(household_id=found), "household_id", here.known("households"))


def with_person(rows: Rows, frame: pd.DataFrame, here: Here, *, needed: bool = True) -> pd.DataFrame:
    """Return linked rows with the person that they speak of, and the household and area of that person.

    Without ``needed`` a row may speak of nobody.
    """
    frame = with_household(rows, frame, here)
    names = ("person_id", "id_number", "name", "phone", "household_id", "area_id")
    # An area that the household lent says no more of the person than the household does.
    wanted = [rows.column(n) if n in ("person_id", "id_number", "name", "phone") else frame[n] for n in names[:-1]]
    given = each_once([frame["area_id"], frame["household_id"]], lambda area, home: None if home else area)[0]

    def find(*said: Any) -> str | None:
        nobody = not needed and all(value is None for value in said[:3])
        return None if nobody else here.persons.find(*said)

    found, problems = each_once([*wanted, given], find)
    rows.reject(next((n for n in ("person_id", "name", "id_number") if rows.has(n)), "name"), problems)
    known = here.known("persons").set_index("person_id")
    home = found.map(known["household_id"]).astype("object")
    frame = frame.assign(person_id=found, household_id=frame["household_id"].where(frame["household_id"].notna(), home))
    return with_area(frame, "person_id", here.known("persons"))


def with_area(frame: pd.DataFrame, column: str, known: pd.DataFrame) -> pd.DataFrame:
    """Return rows with the area of what a column refers to, where they name none themselves."""
    lent = frame[column].map(known.set_index(column)["area_id"]).astype("object")
    area = frame.get("area_id", lent)
    area = area.where(area.notna(), lent)
    return frame.assign(area_id=area.where(area.notna(), None))


def areas_of_buildings(frame: pd.DataFrame, here: Here) -> pd.DataFrame:
    """Return rows with the grid of their building: instead of a wider area that they name, or of none."""
    if "building_id" not in frame:
        return frame
    own = {building["id"]: building["area_id"] for building in here.buildings}
    lent = frame["building_id"].map(own).astype("object")
    area = frame.get("area_id", lent)
    wider = pd.Series([here.within(a, b) for a, b in zip(lent, area, strict=True)], index=frame.index)
    area = lent.where(lent.notna() & wider, area)
    return frame.assign(area_id=area.where(area.notna(), None))


def _building(here: Here, name: str | None, area: str | None) -> str | None:
    if name is None:
        return None
    named = [b for b in here.buildings if b["id"] == name] or [b for b in here.buildings if b["name"] == name]
    found = [b for b in named if here.within(b["area_id"], area)] or [b for b in named if here.within(area, b["area_id"])]
    if len(found) > 1:
        raise InputError("Several buildings here are called {name}; write the grid as well, or the id.", name=name)
    if not found:
        raise InputError("There is no building {name} here; import the buildings first, or correct it.", name=name)
    return str(found[0]["id"])


def _doors(rows: Rows) -> pd.Series:
    stair, door = rows.column("stair"), rows.column("door")
    both = stair.notna() & door.notna()
    stair = stair.map(door_form, na_action="ignore")
    return door.where(~both, stair.astype("str") + "-" + door.astype("str"))


def merge(old: Mapping[str, Any], new: Mapping[str, Any]) -> Record:
    """Return a record with what is said anew; what is missing says nothing."""
    return {**old, **{name: value for name, value in new.items() if value is not None}}
