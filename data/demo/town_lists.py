"""Lists that three offices sent to 青禾镇: they overlap, and each writes people down in its own way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from data.demo.model import day
from data.demo.people import invent
from data.demo.town import COMMUNITY, VILLAGE_ID
from data.demo.town_homes import id_number

EDUCATION, HEALTH, VILLAGES = "县教育局返乡学生名单", "县卫健局密切接触者名单", "各村返乡人员台账"
# When each list came, and who entered it.
CAME = {VILLAGES: "01-28 16:00", HEALTH: "02-06 11:00", EDUCATION: "02-03 15:00"}
# Which of the followed persons each list names, by their place in the register.
NAMED = {
    VILLAGES: (0, 1, 2, 3, 5, 6, 8, 9, 10, 11, 20, 23, 26),
    HEALTH: (4, 7, 10, 11, 12, 13, 14, 15, 16, 17, 22, 24, 27, 28),
    EDUCATION: (2, 6, 9, 11, 13, 25),
}
# People whom no one follows any more: each is in one or two lists.
OTHERS = 19
IN_TWO = 8
# How a list differs from the register, by list and place in it.
CHANGED_PHONE = {(HEALTH, 10), (EDUCATION, 6), (VILLAGES, 26)}
NAME_AS_HEARD = {(VILLAGES, 3), (EDUCATION, 9), (HEALTH, 14)}
NO_NUMBER = {(VILLAGES, 1), (VILLAGES, 2), (VILLAGES, 9), (EDUCATION, 2), (EDUCATION, 13)}
SLIPPED_DIGIT = {(HEALTH, 7), (VILLAGES, 8)}
# Characters that sound alike.
SOUNDS = str.maketrans(
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志红", "玮方那闽净莉墙雷君扬永燕洁涓滔铭朝绣侠萍钢贵瑛桦钰岚健囯智洪"
)


def entries(persons: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the ``list_entry`` rows of the three lists.

    ``persons`` are the followed persons as first written, in their order.
    """
    rows = [_entry(persons.iloc[n].to_dict(), name, n) for name, places in NAMED.items() for n in places]
    names = invent(900 + OTHERS, rng)[900:]
    units = [COMMUNITY, *VILLAGE_ID.values()]
    for n in range(OTHERS):
        birth = date(1999, 9, 1) + timedelta(days=int(rng.integers(0, 1400)))
        sex = ("female", "male")[n % 2]
        place = next(iter([v for v, i in VILLAGE_ID.items() if i == units[n % len(units)]] or ["青禾社区"]))
        other = {
            "area_id": units[n % len(units)],
            "name": names.name[n],
            "sex": sex,
            "birth_date": birth,
            "id_number": id_number(birth, sex, 60 + n),
            "phone": names.phone[n],
            "address": f"{place}{n % 7 + 1}组",
        }
        for name in (EDUCATION, VILLAGES)[: 2 if n < IN_TWO else 1]:
            # A second list leaves the number out and gives a parent's telephone: these are for somebody to decide.
            rows.append(_entry(other if name == EDUCATION else {**other, "id_number": None, "phone": None}, name, 100 + n))
    frame = pd.DataFrame(rows)
    told = frame["list_name"].map({name: day(at) for name, at in CAME.items()})
    frame = frame.assign(entry_id=[f"qh-n{n + 1:02d}" for n in range(len(frame))], withdrawn=False, effective_at=told, recorded_at=told)
    return frame.assign(recorded_by="数据统计组").sort_values("recorded_at", kind="stable", ignore_index=True)


def _entry(person: Mapping[Any, Any], list_name: str, place: int) -> dict[str, Any]:
    """Return what a list says of a person."""
    key = (list_name, place)
    said = {column: person[column] for column in ("area_id", "name", "sex", "birth_date", "id_number", "phone", "address")}
    if key in CHANGED_PHONE:
        said["phone"] = f"1990000{9000 + place:04d}"
    if key in NAME_AS_HEARD:
        said["name"] = str(said["name"])[0] + str(said["name"])[1:].translate(SOUNDS)
    if key in NO_NUMBER:
        said |= {"id_number": None, "birth_date": None}
    if key in SLIPPED_DIGIT:
        number = str(said["id_number"])
        said["id_number"] = number[:15] + str((int(number[15]) + 1) % 10) + number[16:]
    category = {EDUCATION: "返乡学生", HEALTH: "密切接触者", VILLAGES: "返乡人员"}[list_name]
    return {**said, "list_name": list_name, "category": category, "note": None}
