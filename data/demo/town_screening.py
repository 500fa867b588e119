"""The screening of 青禾镇: 43 buildings in two days, the villages home by home, and the doors that nobody opened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from data.demo.model import CLOCK, day
from data.demo.plane import Floats
from data.demo.town import COMMUNITY, TOWN, VILLAGE_ID

STARTS, HOURS = "02-03 08:00", 48
# Teams of the community; the others have two villages each: eleven in all.
TEAMS = (*(f"摸排{n}组" for n in "一二三四五六七八九"), "摸排十组", "摸排十一组")
IN_COMMUNITY = 4
ROUNDS = [
    {"name": "青禾社区楼栋摸排", "area_id": COMMUNITY, "starts_at": day(STARTS).isoformat(), "hours": HOURS},
    {"name": "各村入户排查", "area_id": TOWN, "starts_at": day("02-01 08:00").isoformat(), "hours": 264},
]
# Nobody was in twice and more: what was left behind, and how often, of the flats that stay shut.
STILL_SHUT = ("letter_left", "letter_left", "not_in", "letter_left", "letter_left", "not_in", "letter_left")
BY_PHONE_ONLY = 2
# The share of the villages' homes where nobody was in at first.
NOT_IN = 0.06
VISITED_SHUT = (("石桥村", ("02-06 10:20", "02-10 15:40")), ("杨畈村", ("02-08 09:30",)))

Visit = dict[str, Any]


def each_row(frame: pd.DataFrame) -> Iterator[Any]:
    """Yield the rows of a table; a row has its columns as attributes."""
    yield from frame.itertuples()


def visits(homes: pd.DataFrame, known: Mapping[str, list[datetime]], rng: np.random.Generator) -> pd.DataFrame:
    """Return the visits of the screening.

    Every household has at most one visit with people screened in it, and the people of all of them are everybody whose head is counted.

    Parameters
    ----------
    homes
        As from ``town_homes.homes``.
    known
        Household id -> when each of its followed persons became known.
    """
    rows = [*_community(homes[homes["kind"] == "flat"], known, rng), *_villages(homes[homes["kind"] != "flat"], known, rng)]
    frame = pd.DataFrame(rows).assign(purpose="screening")
    frame = frame.astype({"screened": "Int64", "key_persons": "Int64"})
    told = frame["effective_at"] + pd.to_timedelta(np.round(np.clip(rng.lognormal(3.2, 0.8, len(frame)), 2, 400)), unit="m")
    frame = frame.assign(recorded_at=told.where(told <= CLOCK, CLOCK), recorded_by=frame["team"])
    return frame.sort_values("recorded_at", kind="stable", ignore_index=True)


def _community(flats: pd.DataFrame, known: Mapping[str, list[datetime]], rng: np.random.Generator) -> list[Visit]:
    """Return the visits to the flats: four teams, building by building, within 48 hours; then again where nobody was in."""
    rows: list[Visit] = []
    shut = phone = 0
    for b, (_, house) in enumerate(flats.groupby("building_id", sort=True)):
        start = day("02-03 08:10") + timedelta(days=b // 22, minutes=110 * (b % 22 // IN_COMMUNITY))
        team = TEAMS[b % IN_COMMUNITY]
        for n, flat in enumerate(each_row(house)):
            at = start + timedelta(minutes=round(4.4 * n))
            first = rng.choice(["registered", "not_in", "landlord_reached", "phone_only", "refused"], p=[0.89, 0.07, 0.025, 0.011, 0.004])
            key = len(known.get(flat.household_id, []))
            if flat.status == "vacant":
                rows.append(_visit(flat, at, team, "vacant", 0))
            elif flat.status == "away":
                rows += [_visit(flat, *visit) for visit in _shut(at, team, STILL_SHUT[shut], rng)]
                shut += 1
            elif flat.plan == "o":
                # They came home on the last morning, and had found the letter.
                rows += [_visit(flat, at, team, "not_in", 0), _visit(flat, _evening(at, rng), team, "letter_left", 0)]
                rows.append(_visit(flat, known[flat.household_id][0], team, "registered", int(flat.head_count), key, "见告知书后主动登记"))
            elif first == "phone_only" and phone < BY_PHONE_ONLY and not key:
                rows.append(_visit(flat, at, team, "phone_only", int(flat.head_count), 0, "电话登记，待入户核对"))
                phone += 1
            elif key or first in ("registered", "landlord_reached"):
                rows.append(_visit(flat, at, team, "registered" if key else first, int(flat.head_count), key, _tenants(first, key)))
            else:
                rows += [_visit(flat, *visit) for visit in _again(at, team, first, int(flat.head_count), rng)]
    return rows


def _tenants(outcome: str, key: int) -> str | None:
    return "租户，经房东登记" if outcome == "landlord_reached" and not key else None


def _visit(home: object, at: datetime, team: str, outcome: str, screened: int, key: int = 0, note: str | None = None) -> Visit:
    return {
        "household_id": home.household_id,  # type: ignore[attr-defined]
        "area_id": home.area_id,  # type: ignore[attr-defined]
        "team": team,
        "outcome": outcome,
        "screened": screened,
        "key_persons": key,
        "note": note,
        "effective_at": at,
    }


def _evening(at: datetime, rng: np.random.Generator) -> datetime:
    return at.replace(hour=19, minute=0) + timedelta(minutes=int(rng.integers(0, 95)))


def _daytime(at: datetime, days: int, rng: np.random.Generator) -> datetime:
    return at.replace(hour=9, minute=0) + timedelta(days=days, minutes=int(rng.integers(0, 480)))


def _shut(at: datetime, team: str, last: str, rng: np.random.Generator) -> Sequence[tuple[datetime, str, str, int]]:
    """Return the visits to a door that never opened."""
    found = [(at, team, "not_in", 0), (_evening(at, rng), team, "letter_left", 0)]
    return [*found, *[(_daytime(at, k, rng), team, last, 0) for k in (3, 6)]]


def _again(at: datetime, team: str, first: str, heads: int, rng: np.random.Generator) -> Sequence[tuple[datetime, str, str, int]]:
    """Return the visits to a door that opened in the end: in the evening, or days after a letter."""
    found = [(at, team, first, 0)]
    if first != "not_in":
        return [*found, (_daytime(at, 1 if first == "refused" else 2, rng), team, "registered", heads)]
    if rng.random() < 0.6:
        return [*found, (_evening(at, rng), team, "registered", heads)]
    letter = (_evening(at, rng), team, "letter_left", 0)
    return [*found, letter, (_daytime(at, int(rng.integers(1, 7)), rng), team, "registered", heads)]


def _villages(homes: pd.DataFrame, known: Mapping[str, list[datetime]], rng: np.random.Generator) -> list[Visit]:
    """Return the visits to the homes of the villages: to those of who is followed, to those that stay shut, and to all others."""
    rows: list[Visit] = []
    shut = dict(VISITED_SHUT)
    unit = homes["area_id"].str.rsplit("-", n=1).str[0]
    for n, (name, village) in enumerate(VILLAGE_ID.items()):
        team = TEAMS[IN_COMMUNITY + n // 2]
        mine = homes[unit == village]
        for home in each_row(mine[mine["kind"] == "home"]):
            moments = known[home.household_id]
            # Who was known before the teams set out is visited with the others.
            at = max(moments[-1] - timedelta(minutes=20), day("02-01 09:00") + timedelta(hours=26 * (n % 2), minutes=15 * n))
            rows.append(_visit(home, at, team, "registered", int(home.head_count), len(moments)))
        for home in each_row(mine[mine["kind"] == "shut"]):
            rows += [_visit(home, day(at), team, "letter_left", 0) for at in shut.get(name, ())]
        rows += _houses(mine[mine["kind"] == "house"], team, n, rng)
    return rows


def _houses(homes: pd.DataFrame, team: str, n: int, rng: np.random.Generator) -> list[Visit]:
    """Return the visits to the homes of a village, group by group, a day for each; who was not in is met in the evening."""
    rows: list[Visit] = []
    group = homes["household_id"].str.rsplit("-", n=1).str[0]
    days = _days(group.nunique(), n % 2)
    for start, (_, houses) in zip(days, homes.groupby(group, sort=True), strict=True):
        away = rng.random(len(houses)) < NOT_IN
        for k, (house, missed) in enumerate(zip(each_row(houses), away.tolist(), strict=True)):
            at, heads = start + timedelta(minutes=round(4.2 * k)), int(house.head_count)
            if missed:
                rows += [_visit(house, at, team, "not_in", 0), _visit(house, _evening(at, rng), team, "registered", heads)]
            else:
                rows.append(_visit(house, at, team, "registered", heads))
    # Three homes were reached by telephone alone so far.
    if n % 5 == 2:
        rows[-1] |= {"outcome": "phone_only", "note": "电话登记，待入户核对"}
    return rows


def _days(count: int, turn: int) -> list[datetime]:
    """Return when each group of a village was begun: over ten days, the two villages of a team in turn."""
    days: Floats = np.linspace(0, 8, count).round() + turn
    return [day("02-01 09:00") + timedelta(days=int(d)) for d in days]
