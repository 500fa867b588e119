"""The 34 people of 青禾镇 who must be followed, and their 19 stays in isolation: who, where, from when, and what changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from data.demo.model import CLOCK, ZONE, day
from data.demo.people import event_ids

ORDERED_BY = "青禾镇疫情防控指挥部"


@dataclass(frozen=True)
class Followed:
    """A person to be followed: the household by a letter of the plan, since when, why; and the stay in isolation, if there was one."""

    unit: str
    household: str
    known: str
    category: str
    came_from: str = ""
    stay: str = ""
    released: str = ""
    changes: tuple[tuple[str, Mapping[str, Any]], ...] = field(default_factory=tuple)
    """Each later change: when, and the columns that it changes."""


CASE_IN_HOME = "同户成员确诊，自最后接触之日重新计算"
_MOVED_DATES = ("02-04 15:00", {"started_at": day("02-04 14:00"), "reason": CASE_IN_HOME})
CENTRE = {"place": "centralised", "place_name": "青禾镇集中隔离点（青禾中学宿舍）"}
WARD = {"state": "hospital", "place": "hospital", "place_name": "县人民医院"}

# Whoever has a stay comes first. Households a, b, … are drawn from the homes of the unit.
FOLLOWED = (
    Followed("青禾社区", "a", "01-23 14:00", "returnee", "省城", "01-23 15:00", "02-06 16:00"),
    Followed("朝阳村", "b", "01-24 09:00", "returnee", "省城", "01-24 10:30", "02-07 11:00"),
    Followed("朝阳村", "b", "01-24 09:00", "returnee", "省城", "01-24 10:30", "02-07 11:00"),
    Followed("东湖村", "c", "01-25 08:30", "returnee", "邻市", "01-25 09:20", "02-08 10:00"),
    Followed(
        "官塘村",
        "d",
        "01-25 15:00",
        "contact",
        "",
        "01-25 16:00",
        "02-10 16:30",
        (("02-06 09:00", {"days": 16, "reason": "核对行程，最后接触晚两天，延长两天"}),),
    ),
    Followed(
        "新丰村",
        "e",
        "01-26 10:00",
        "returnee",
        "省城",
        "01-26 11:00",
        "02-09 12:00",
        (("02-01 14:00", {"household": "e2", "unit": "青禾社区", "reason": "随子女搬至青禾社区，由社区接管"}),),
    ),
    Followed("红光村", "f", "01-27 13:00", "returnee", "邻省", "01-27 14:00", "02-10 15:00"),
    Followed("青禾社区", "g", "01-28 08:20", "contact", "", "01-28 09:00", "02-11 10:00"),
    Followed("青禾社区", "h", "01-29 16:40", "returnee", "省城", "01-29 17:30"),
    Followed("柳林村", "i", "01-30 09:10", "returnee", "邻市", "01-30 10:00"),
    Followed(
        "青禾社区",
        "j",
        "01-31 08:40",
        "returnee",
        "省城",
        "01-31 09:30",
        changes=(("02-04 14:00", {**WARD, "reason": "核酸检测阳性，转院治疗"}),),
    ),
    Followed("青禾社区", "j", "01-31 08:40", "returnee", "省城", "01-31 09:30", changes=(_MOVED_DATES,)),
    Followed("青禾社区", "j", "01-31 08:40", "contact", "", "01-31 09:30", changes=(_MOVED_DATES,)),
    Followed("朝阳村", "k", "02-04 19:10", "contact", "", "02-04 20:00"),
    Followed("朝阳村", "k", "02-04 19:10", "contact", "", "02-04 20:00"),
    Followed("东湖村", "l", "02-06 18:20", "contact", "", "02-06 19:00", changes=(("02-07 10:00", {**CENTRE, "reason": "家中无单间"}),)),
    Followed("官塘村", "m", "02-09 18:00", "contact", "", "02-09 18:40"),
    Followed("双河村", "n", "02-08 15:30", "contact", "", "02-08 16:20"),
    Followed("青禾社区", "o", "02-12 08:10", "contact", "", "02-12 08:40"),
    # In the county's hospital or its centre from the first day, or cleared by the fever clinic: no stay in the township.
    Followed("官塘村", "p", "02-09 09:00", "fever"),
    Followed("青禾社区", "q", "01-30 15:00", "fever"),
    Followed("青禾社区", "r", "02-01 10:00", "fever"),
    Followed("青禾社区", "r", "02-01 10:00", "contact"),
    Followed("清溪村", "s", "01-29 10:00", "fever"),
    Followed("茶园村", "t", "02-02 09:30", "contact"),
    Followed("白鹤村", "u", "02-03 16:00", "contact"),
    Followed("石桥村", "v", "01-31 11:00", "fever"),
    Followed("石桥村", "v", "02-06 14:00", "contact"),
    Followed("马家湾村", "w", "02-05 09:00", "contact"),
    Followed("杨畈村", "x", "02-07 10:30", "contact"),
    Followed("杨畈村", "x", "02-07 10:30", "contact"),
    Followed("红光村", "y", "02-08 09:00", "fever"),
    Followed("高岭村", "z", "02-10 15:00", "fever"),
    Followed("东湖村", "l", "02-06 18:20", "contact"),
)
IN_HOSPITAL, DIRECT_CASE, SUSPECTED = 10, 19, 32
"""Rows of ``FOLLOWED``: who went from home to hospital, who was confirmed outside the township, who is suspected at the clock."""
# When some events were entered, the most of them after the cut-off of their day: the row of ``FOLLOWED``, when it took effect.
ENTERED = {
    (8, "01-29 17:30"): "01-29 17:36",
    (14, "02-04 20:00"): "02-05 09:20",
    (17, "02-08 16:20"): "02-08 19:05",
    (5, "02-09 12:00"): "02-09 20:40",
}
# Entered for the wrong person, and undone.
MISTAKE, UNDONE = ("02-07 10:00", "02-07 11:20")


def person_id(row: int) -> str:
    """Return the id of a followed person."""
    return f"qh-r{row + 1:02d}"


def episode_id(row: int) -> str:
    """Return the id of a followed person's stay."""
    return f"qh-i{row + 1:02d}"


def stays() -> list[tuple[int, Followed]]:
    """Return those who have a stay, with their row."""
    return [(row, one) for row, one in enumerate(FOLLOWED) if one.stay]


def isolation_events(household: Mapping[str, str], area: Mapping[str, str], rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the events of the stays and the void of the one entered by mistake.

    ``household`` gives the id of each household of the plan, ``area`` the area of each household id. Every row holds the whole state.
    """
    rows: list[dict[str, Any]] = []
    for row, one in stays():
        state: dict[str, Any] = {
            "episode_id": episode_id(row),
            "person_id": person_id(row),
            "household_id": household[one.household],
            "state": "observing",
            "place": "home",
            "place_name": None,
            "started_at": day(one.stay),
            "days": 14,
            "ordered_by": ORDERED_BY,
            "reason": "重点地区返回" if one.category == "returnee" else "密切接触者",
        }
        rows.append({**state, "effective_at": day(one.stay), "recorded_at": _told(row, one.stay, rng)})
        changes = [*one.changes, *([(one.released, {"state": "released", "reason": "期满无症状，解除观察"})] if one.released else [])]
        for at, change in changes:
            moved = {"household_id": household[str(change["household"])]} if "household" in change else {}
            state |= {k: v for k, v in change.items() if k not in ("household", "unit")} | moved
            rows.append({**state, "effective_at": day(at), "recorded_at": _told(row, at, rng)})
    wrong = {**rows[0], "episode_id": "qh-i00", "person_id": person_id(len(stays()) + 1), "household_id": household["q"]}
    wrong |= {"started_at": day(MISTAKE), "effective_at": day(MISTAKE), "recorded_at": day(MISTAKE), "reason": "密切接触者"}
    frame = pd.DataFrame([*rows, wrong]).sort_values("recorded_at", kind="stable", ignore_index=True)
    frame = frame.assign(recorded_by="防疫隔离组", area_id=frame["household_id"].map(area), event_id=event_ids(frame["recorded_at"], rng))
    target = frame.loc[frame["episode_id"] == "qh-i00", "event_id"]
    void = pd.DataFrame({"target_id": target.to_numpy(), "reason": "登记错人"})
    undone = pd.Series([day(UNDONE)], dtype=pd.DatetimeTZDtype("us", ZONE))
    void = void.assign(effective_at=undone, recorded_at=undone, recorded_by="防疫隔离组")
    return frame, void.assign(event_id=event_ids(void["recorded_at"], rng))


def _told(row: int, at: str, rng: np.random.Generator) -> datetime:
    """Return when an event was entered: within half an hour, but for those of ``ENTERED``."""
    soon = day(at) + timedelta(minutes=int(rng.integers(4, 28)))
    return min(day(ENTERED[row, at]) if (row, at) in ENTERED else soon, CLOCK)
