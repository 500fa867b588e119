"""Readings of those in isolation in 青禾镇, twice a day, and what they asked for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from data.demo.model import CLOCK, day
from data.demo.people import event_ids, invent
from data.demo.town_stays import episode_id

MORNING, EVENING = "am", "pm"
# Slots without a reading: the stay by its row in the plan, the day, the half of it. The last two are today's.
MISSED = frozenset(
    {
        (2, "01-30", EVENING),
        (4, "02-02", MORNING),
        (9, "02-06", EVENING),
        (12, "02-09", MORNING),
        (13, "02-12", MORNING),
        (16, "02-12", MORNING),
    }
)
# Whose reading of this afternoon is still to be taken at the clock.
STILL_DUE = frozenset({13, 14, 16, 18})
# What was measured where it was not as always: stay, day, half -> temperature and symptoms.
UNWELL = {
    (10, "02-03", EVENING): (37.9, "fever,cough"),
    (10, "02-04", MORNING): (38.2, "fever,cough,fatigue"),
    (3, "01-31", EVENING): (37.4, "fever"),
    (14, "02-08", EVENING): (37.5, "fever"),
    (17, "02-12", EVENING): (37.6, "fever,cough"),
}
WHEN = {(17, "02-12", EVENING): "02-12 16:35"}
NEEDS = {(8, "02-05", MORNING): "代买蔬菜和米", (9, "02-08", MORNING): "降压药快用完", (12, "02-10", EVENING): "睡不好，想找人聊聊"}


def readings(stays: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the readings of the stays: from their first hour to their end, one in each half of the day but for those missed.

    ``stays`` are the rows of ``isolation_event`` of one person each, without those undone.
    """
    team = [f"{role}{name}" for role, name in zip(("民警", "医生", "网格员"), invent(3, rng).name, strict=True)]
    rows: list[dict[str, Any]] = []
    for episode, events in stays.groupby("episode_id", sort=True):
        number, start = int(str(episode)[-2:]) - 1, events["effective_at"].min()
        ends = events.loc[events["state"] != "observing", "effective_at"]
        end = min(ends.min(), CLOCK) if len(ends) else CLOCK
        lies = list(zip(events["effective_at"], events["area_id"], strict=True))
        for at, half in _slots(start, end, rng):
            key = (number, f"{at:%m-%d}", half)
            if key in MISSED or (number in STILL_DUE and at >= day("02-12 12:00")):
                continue
            moment = day(WHEN[key]) if key in WHEN else at
            area = next(area for since, area in reversed(lies) if since <= moment)
            rows.append(_reading(key, moment, area, team, rng))
    frame = pd.DataFrame(rows).sort_values("effective_at", kind="stable", ignore_index=True)
    lag = np.where(rng.random(len(frame)) < 0.04, rng.integers(240, 1100, len(frame)), rng.integers(1, 25, len(frame)))
    told = frame["effective_at"] + pd.to_timedelta(lag, unit="m")
    frame = frame.assign(recorded_at=told.where(told <= CLOCK, CLOCK), recorded_by="防疫隔离组")
    return frame.assign(event_id=event_ids(frame["recorded_at"], rng))


def _slots(start: datetime, end: datetime, rng: np.random.Generator) -> list[tuple[datetime, str]]:
    """Return a moment for each half of a day from a start to an end; the first is half an hour after the start."""
    found = [(start + timedelta(minutes=30), MORNING if start.hour < 12 else EVENING)]
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    while midnight <= end:
        for half, opens, wide in ((MORNING, 7 * 60 + 20, 170), (EVENING, 15 * 60, 165)):
            at = midnight + timedelta(minutes=opens + int(rng.integers(0, wide)))
            if at > start and (f"{at:%m-%d}", half) != (f"{start:%m-%d}", found[0][1]) and at < end:
                found.append((at, half))
        midnight += timedelta(days=1)
    return found


def _reading(key: tuple[int, str, str], at: datetime, area: str, team: list[str], rng: np.random.Generator) -> dict[str, Any]:
    temperature, symptoms = UNWELL.get(key, (round(float(np.clip(rng.normal(36.5, 0.18), 35.9, 37.0)), 1), None))
    joint = key[2] == MORNING and rng.random() < 0.16
    channel = "visit" if joint else str(rng.choice(["visit", "phone", "video"], p=[0.3, 0.4, 0.3]))
    return {
        "episode_id": episode_id(key[0]),
        "area_id": area,
        "temperature": temperature,
        "symptoms": symptoms,
        "went_out": bool(rng.random() < 0.01),
        "had_visitors": bool(rng.random() < 0.01),
        "needs": NEEDS.get(key),
        "channel": channel,
        "taken_by": team[2],
        "participants": ";".join(team) if joint else team[2],
        "note": None,
        "effective_at": at,
    }


# What was done about a fever: the reading as in UNWELL, what, by whom, when. Stay 10 went to hospital; on 17 nobody has acted yet.
ACTED = (
    ((3, "01-31", EVENING), "tested", "镇卫生院医生王敏", "02-01 09:20", "采样，结果阴性，继续居家观察"),
    ((14, "02-08", EVENING), "doctor", "镇卫生院医生王敏", "02-08 18:30", "电话问诊，受凉，次日复测正常"),
)


def alarm_actions(taken: pd.DataFrame) -> pd.DataFrame:
    """Return what was done about the fevers among readings: all of them but the last."""
    rng = np.random.default_rng(20200131)  # of its own: what else is drawn stays as it is
    rows = []
    for (number, date, half), action, done_by, at, note in ACTED:
        mine = taken[(taken["episode_id"] == episode_id(number)) & (taken["temperature"] == UNWELL[number, date, half][0])]
        row = {"episode_id": episode_id(number), "reading_id": mine["event_id"].iloc[0], "area_id": mine["area_id"].iloc[0]}
        rows.append({**row, "action": action, "note": note, "done_by": done_by, "effective_at": day(at), "recorded_at": day(at)})
    frame = pd.DataFrame(rows).assign(recorded_by="防疫隔离组")
    frame["recorded_at"] += pd.Timedelta(minutes=10)
    return frame.assign(event_id=event_ids(frame["recorded_at"], rng))


# Household by its letter, kind, what, and when it was asked, taken up and done; an open one has no more.
REQUESTS = (
    ("a", "shopping", "米 10 斤、蔬菜、鸡蛋", ("01-26 09:20", "01-26 09:50", "01-26 15:10")),
    ("b", "medicine", "降糖药两盒", ("01-29 10:00", "01-29 10:30", "01-29 17:20")),
    ("b", "shopping", "蔬菜、食用油", ("02-02 08:40", "02-02 09:30", "02-02 16:00")),
    ("c", "counselling", "焦虑、失眠，希望心理疏导", ("02-01 19:30", "02-02 09:00", "02-02 10:10")),
    ("h", "shopping", "蔬菜、大米，放门口即可", ("02-05 08:10", "02-05 08:40", "02-05 14:30")),
    ("j", "shopping", "婴儿奶粉两罐", ("02-05 18:00", "02-05 18:10", "02-06 10:20")),
    ("j", "counselling", "家人住院，情绪低落", ("02-06 09:00", "02-06 15:00", "02-07 11:00")),
    ("i", "medicine", "降压药一盒", ("02-08 09:10", "02-08 10:00", "02-09 09:30")),
    ("k", "shopping", "蔬菜、面条、盐", ("02-09 08:30", "02-09 09:10", "02-09 16:40")),
    ("l", "other", "代交电费", ("02-10 10:00", "02-10 10:20", "02-10 11:30")),
    ("k", "medicine", "止咳糖浆、体温计", ("02-12 08:20", "02-12 09:00")),
    ("m", "shopping", "蔬菜、肉、水果", ("02-12 09:40", "02-12 10:30")),
    ("n", "counselling", "担心发热，想问医生", ("02-12 16:50",)),
    ("o", "shopping", "口罩、蔬菜、方便面", ("02-12 11:20",)),
)


def requests(household: dict[str, str], area: dict[str, str], rng: np.random.Generator) -> pd.DataFrame:
    """Return what households in isolation asked for, and who saw to it."""
    helpers = invent(6, rng).name
    rows = []
    for n, (letter, kind, detail, moments) in enumerate(REQUESTS):
        home = household[letter]
        row = {"request_id": f"qh-q{n + 1:02d}", "household_id": home, "area_id": area[home], "kind": kind, "detail": detail}
        for status, at in zip(("open", "taken", "done"), moments, strict=False):
            answered = None if status == "open" else f"志愿者{helpers[n % 6]}"
            rows.append({**row, "status": status, "answered_by": answered, "effective_at": day(at), "recorded_at": day(at)})
    frame = pd.DataFrame(rows).sort_values("recorded_at", kind="stable", ignore_index=True)
    return frame.assign(person_id=None, recorded_by="便民服务组", event_id=event_ids(frame["recorded_at"], rng))
