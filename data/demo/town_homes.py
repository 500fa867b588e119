"""The households of 青禾镇, as many people as its areas have, and the persons among them who must be followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from data.demo.model import day
from data.demo.people import People, invent
from data.demo.plane import Floats
from data.demo.shapes import Ints
from data.demo.town import COMMUNITY, VILLAGE_ID
from data.demo.town_stays import DIRECT_CASE, FOLLOWED, SUSPECTED, person_id
from ledgers.people.id_numbers import check_character

PER_FLOOR = 4
VACANT, UNREACHED = 12, 7
# People of a village group 村民小组, about.
GROUP = 330
NEVER_ISSUED = "999999"
# Homes in villages where nobody has opened yet: the village and the day on which the home was entered.
SHUT = (("石桥村", "01-24"), ("杨畈村", "01-24"), ("白鹤村", "02-11"), ("红光村", "02-11"))
# On this day the township took up the four categories in place of the three.
FOUR_FROM = "02-05 10:00"


def homes(areas: gpd.GeoDataFrame, buildings: gpd.GeoDataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the households: every flat of the community and every home of the villages, as many as the areas are described with.

    Columns ``household_id, area_id, building_id, door, address, contact, phone, head_count, status, note, kind (flat, house, shut, home of
    somebody followed), plan (the letter of ``FOLLOWED``, or none), entered``. Known head counts sum to the population of each building and
    grid. Of the villages' homes every other one has a telephone: there are no more numbers that nobody can have.
    """
    flats = _flats(buildings, rng)
    rest = _village_homes(areas, rng)
    frame = pd.concat([flats, rest], ignore_index=True)
    people = invent(len(frame), rng)
    known = (frame["head_count"].notna() | (frame["kind"] != "flat")) & (frame["kind"] != "shut")
    reached = known & ((frame["kind"] != "house") | (frame.index % 2 == 0))
    numbers = pd.Series(people.phone[: int(reached.sum())], index=frame.index[reached])
    return frame.assign(
        contact=pd.Series(people.name).where(known, None),
        phone=numbers.reindex(frame.index).astype("object").where(reached, None),
        note=None,
        head_count=frame["head_count"].astype("Int64"),
    )


def _flats(buildings: gpd.GeoDataFrame, rng: np.random.Generator) -> pd.DataFrame:
    doors = [_doors(floors, homes, rng) for floors, homes in zip(buildings["floors"], buildings["households"], strict=True)]
    of = np.repeat(np.arange(len(buildings)), [len(d) for d in doors])
    count = len(of)
    # Nobody who is to be followed lives in a flat that is empty or stays shut.
    chosen = rng.permutation(count)
    vacant, shut = np.isin(np.arange(count), chosen[:VACANT]), np.isin(np.arange(count), chosen[VACANT : VACANT + UNREACHED])
    heads = np.concatenate(
        [_shared(int(people), ~(vacant | shut)[of == b], rng) for b, people in enumerate(buildings["population"])],
    )
    at = buildings.iloc[of].reset_index(drop=True)
    door = pd.Series(np.concatenate(doors), dtype="str")
    frame = pd.DataFrame(
        {
            "household_id": at["id"] + "-" + door.str.replace("单元", ""),
            "area_id": at["area_id"],
            "building_id": at["id"],
            "door": door,
            "address": at["name"] + door,
            "head_count": np.where(shut, np.nan, heads),
            "status": np.select([vacant, shut], ["vacant", "away"], "occupied"),
            "kind": "flat",
            "entered": "01-23",
        }
    )
    return frame.assign(plan=_planned(frame, rng))


def _planned(flats: pd.DataFrame, rng: np.random.Generator) -> pd.Series:
    """Return which flat is which household of the plan; it is large enough for those who live in it."""
    plan = pd.Series(None, index=flats.index, dtype=object)
    wanted = [one.household for one in FOLLOWED if one.unit == "青禾社区"] + ["e2"]
    fit = rng.permutation(flats.index[flats["head_count"] >= 3].to_numpy())
    for letter, flat in zip(dict.fromkeys(wanted), fit, strict=False):
        plan[flat] = letter
    return plan


def _doors(floors: int, count: int, rng: np.random.Generator) -> list[str]:
    """Return the doors of a house: two stairs, two flats a floor; those too many are other rooms."""
    doors = [f"{stair}单元{floor}0{flat}" for stair in (1, 2) for floor in range(1, floors + 1) for flat in range(1, PER_FLOOR // 2 + 1)]
    return [doors[k] for k in np.sort(rng.permutation(len(doors))[:count])]


def _shared(people: int, lived_in: Floats, rng: np.random.Generator) -> Ints:
    """Return the heads of each home: one at least where somebody lives."""
    heads = np.zeros(len(lived_in), dtype=np.int64)
    lived = np.flatnonzero(lived_in)
    heads[lived] = 1 + rng.multinomial(people - len(lived), np.full(len(lived), 1 / len(lived)))
    return heads


def _village_homes(areas: gpd.GeoDataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the homes of the villages, group by group: as many as each grid has households, with as many people as live there."""
    rows: list[dict[str, Any]] = []
    names = {unit: name for name, unit in VILLAGE_ID.items()}
    grids = areas[(areas["level"] == "grid") & (areas["parent_id"] != COMMUNITY)]
    for unit, parts in grids.groupby("parent_id", sort=True):
        name, before = names[str(unit)], 0
        letters = list(dict.fromkeys(one.household for one in FOLLOWED if one.unit == name))
        for n, (grid, people, homes) in enumerate(zip(parts["id"], parts["population"], parts["households"], strict=True)):
            own = letters if n == 0 else []
            heads = [int(rng.integers(3, 6)) for _ in own]
            told: list[dict[str, Any]] = [
                *(
                    {"number": 11 + 7 * k, "kind": "home", "plan": letter, "head_count": head}
                    for k, (letter, head) in enumerate(zip(own, heads, strict=True))
                ),
                *(
                    {"number": 140 + k, "kind": "shut", "status": "away", "entered": entered}
                    for k, (village, entered) in enumerate(SHUT)
                    if n == 0 and village == name
                ),
            ]
            rows += [_home(name, grid, before + 1, **one) for one in told]
            others = int(homes) - len(told)
            groups = max(1, round(int(people) / GROUP))
            taken = {one["number"] for one in told}
            free = [number for number in range(1, 140) if number not in taken]
            shared = _shared(int(people) - sum(heads), np.full(others, True), rng).tolist()
            for k, head in enumerate(shared):
                rows.append(_home(name, grid, before + 1 + k % groups, free[k // groups], "house", head_count=head))
            before += groups
    return pd.DataFrame(rows)


def _home(village: str, grid: str, group: int, number: int, kind: str, **more: Any) -> dict[str, Any]:
    door = f"第{group}组{number}号"
    row = {"household_id": f"{grid}-z{group:02d}-{number}", "area_id": grid, "door": door, "address": village + door, "kind": kind}
    return {**row, "status": "occupied", "entered": "01-23", **more}


def household_events(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each household, as it was entered on its day."""
    columns = ["household_id", "area_id", "building_id", "door", "address", "contact", "phone", "head_count", "status", "note"]
    at = pd.Series([day(f"{entered} 08:00") for entered in frame["entered"]])
    return frame[columns].assign(withdrawn=False, effective_at=at, recorded_at=at + pd.to_timedelta(np.arange(len(frame)) // 20, unit="m"))


# Persons


def id_number(birth: date, sex: str, order: int) -> str:
    """Return an ID number of a region that was never issued, with its check character (GB 11643); odd orders are men's.

    >>> id_number(date(1962, 3, 4), "male", 5)
    '999999196203040092'
    """
    first = f"{NEVER_ISSUED}{birth:%Y%m%d}{2 * order - (sex == 'male'):03d}"
    return first + check_character(first)


def person_events(household: Mapping[str, str], frame: pd.DataFrame, people: People, rng: np.random.Generator) -> pd.DataFrame:
    """Return what was written of each followed person: when they became known, moved, or were put into another category."""
    lies, written = (frame.set_index("household_id")[column].to_dict() for column in ("area_id", "address"))
    rows: list[dict[str, Any]] = []
    for row, one in enumerate(FOLLOWED):
        sex = ("male", "female")[row % 2]
        birth = date(1940, 1, 1) + timedelta(days=int(rng.integers(0, 26_000)))
        home = household[one.household]
        arrived = (day(one.known) - timedelta(days=int(rng.integers(1, 4)))).date() if one.came_from else None
        person: dict[str, Any] = {
            "person_id": person_id(row),
            "household_id": home,
            "area_id": lies[home],
            "name": people.name[row],
            "sex": sex,
            "birth_date": birth,
            "id_number": id_number(birth, sex, row + 1),
            "phone": people.phone[row],
            "address": written[home],
            "category": one.category,
            "arrived_from": one.came_from or None,
            "arrived_on": arrived,
            "note": None,
        }
        rows.append({**person, "effective_at": day(one.known)})
        for at, change in _later(row, household):
            home = str(change.get("household_id", person["household_id"]))
            person = {**person, **change, "area_id": lies[home], "address": written[home]}
            rows.append({**person, "effective_at": day(at)})
    found = pd.DataFrame(rows).sort_values("effective_at", kind="stable", ignore_index=True)
    told = found["effective_at"] + pd.to_timedelta(rng.integers(3, 25, len(found)), unit="m")
    return found.assign(withdrawn=False, recorded_at=told)


def _later(row: int, household: Mapping[str, str]) -> Sequence[tuple[str, dict[str, Any]]]:
    one = FOLLOWED[row]
    found: list[tuple[str, dict[str, Any]]] = []
    for at, change in one.changes:
        if "household" in change:
            found.append((at, {"household_id": household[str(change["household"])], "note": "随子女居住"}))
        if change.get("state") == "hospital":
            found.append((at, {"category": "confirmed", "note": "县人民医院治疗"}))
    if one.category == "returnee" and not any(change.get("state") == "hospital" for _, change in one.changes):
        found.append((FOUR_FROM, {"category": "contact", "note": "按四类口径重新归类：同行人员中有确诊病例"}))
    if row == DIRECT_CASE:
        found.append(("02-09 19:00", {"category": "confirmed", "note": "县人民医院确诊并收治"}))
    if row == SUSPECTED:
        found.append(("02-11 16:00", {"category": "suspected", "note": "县人民医院留观，待复核"}))
    return sorted(found, key=lambda change: change[0])
