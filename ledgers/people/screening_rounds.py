"""Rounds of screening: how far each has come against the clock, by grid, building, team and day, and whom nobody has reached."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from errors import N_, InputError, NotFound
from ledgers.setting import Setting
from ledgers.shares import share
from queries.view import View, fact

# The present pace is that of the last day: a night in which nobody knocks must not count as a halt.
PACE_WINDOW = timedelta(hours=24)


@dataclass(frozen=True)
class Round:
    """One round of screening: where, from when, and in how many hours it is to be done. None: everywhere, ever, whenever."""

    name: str
    area_id: str | None = None
    starts_at: datetime | None = None
    hours: float | None = None

    @property
    def due_at(self) -> datetime | None:
        """Return when the round is to be done."""
        return self.starts_at + timedelta(hours=self.hours) if self.starts_at and self.hours else None


def _check(given: Any) -> None:
    try:
        for one in given:
            _ = str(one["name"]), datetime.fromisoformat(one["starts_at"]), float(one.get("hours") or 1)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise InputError(
            "The setting screening_rounds is no list of rounds, each with name, starts_at, and where wanted area_id and hours."
        ) from None


ROUNDS = Setting("screening_rounds", N_("rounds of screening: where, from when, and in how many hours"), [], check=_check)


def rounds(view: View) -> list[Round]:
    """Return the rounds that have begun, the latest first, and last one that takes in every visit."""
    visible = view.whole.scope
    kept = [Round(str(r["name"]), r.get("area_id"), view.store.moment(r["starts_at"]), r.get("hours")) for r in ROUNDS.on(view.store)]
    begun = [r for r in kept if r.starts_at and r.starts_at <= view.at and (visible is None or r.area_id is None or r.area_id in visible)]
    return [*sorted(begun, key=lambda r: r.starts_at or view.at, reverse=True), Round("")]


@dataclass(frozen=True)
class Progress:
    """How far a round has come.

    ``places`` is a row a grid and building (``count_screening``), ``work`` a row a team and quarter of an hour
    (``count_screening_work``). The counts are those of the places together; each household is one of ``seen`` (somebody was met at the
    door), ``by_phone``, ``by_landlord``, ``vacant`` (nobody lives there) and ``open`` (reached in no way); in ``screened_homes`` somebody
    was screened. ``expected`` is how many households would be settled by now at an even pace, ``done_at`` when the last will be at the
    pace of the last day (None: never, or nothing to reckon with).
    """

    round: Round
    at: datetime
    places: pd.DataFrame
    work: pd.DataFrame
    households: int
    visited: int
    seen: int
    by_phone: int
    by_landlord: int
    vacant: int
    open: int
    screened_homes: int
    screened: int
    key_persons: int
    expected: int | None
    per_hour: float
    done_at: datetime | None

    @property
    def settled(self) -> int:
        """Return the households that are not open: seen, reached by phone or through the landlord, or vacant."""
        return self.households - self.open

    @property
    def settled_share(self) -> float | None:
        """Return how many of a hundred households are settled; None without any."""
        return share(self.settled, self.households) if self.households else None


@fact()
def progress(view: View, *, round: Round | None = None) -> Progress:
    """Return how far a round has come at a moment, in an area or in the round's own. Raises NotFound where they do not overlap."""
    of = round or Round("")
    where = view.narrowed(_narrower(view, of.area_id))
    places = where.run("count_screening", start=of.starts_at)
    work = where.run("count_screening_work", start=of.starts_at)
    total = {name: int(places[name].sum()) for name in _COUNTS if name != "people"}
    per_hour = pace(work, of, view.at)
    left = total["open"]
    return Progress(
        round=of,
        at=view.at,
        places=places,
        work=work,
        expected=expected(of, total["households"], view.at),
        per_hour=per_hour,
        done_at=view.at + timedelta(hours=left / per_hour) if left and per_hour and left / per_hour < 24 * 365 else None,
        **total,
    )


def overlaps(view: View, round: Round) -> bool:
    """Tell whether a round is one of the area in view: of the same, of one around it, or of one in it."""
    if round.area_id is None or view.area is None:
        return True
    return view.area in _within(view, round.area_id) or round.area_id in _within(view, view.area)


def _narrower(view: View, area: str | None) -> str | None:
    """Return the one of an area and that in view which lies in the other; one that is not given is everything."""
    if area is None or view.area is None or area == view.area:
        return area or view.area
    if view.area in _within(view, area):
        return view.area
    if area in _within(view, view.area):
        return area
    raise NotFound("This round of screening is in another area; choose all areas, or another round.")


def _within(view: View, area: str) -> list[str]:
    """Return an area and what lies under it, as everything known now tells."""
    return replace(view, area=area, known_at=None).scope or []


def expected(round: Round, households: int, at: datetime) -> int | None:
    """Return how many households would be settled by now at an even pace; None without a deadline."""
    if round.starts_at is None or not round.hours:
        return None
    share = (at - round.starts_at) / timedelta(hours=round.hours)
    return int(households * min(max(share, 0.0), 1.0))


def pace(work: pd.DataFrame, round: Round, at: datetime) -> float:
    """Return how many households an hour have been reached in the last day, or since the round or its first visit if that is later."""
    begun = [at - PACE_WINDOW, *([round.starts_at] if round.starts_at else []), *([work["quarter"].min()] if len(work) else [])]
    since = max(begun)
    hours = (at - since) / timedelta(hours=1)
    return float(work.loc[work["quarter"] >= since - timedelta(minutes=15), "reached"].sum()) / hours if hours > 0 else 0.0


def curve(done: Progress) -> pd.DataFrame:
    """Return the households settled over time, and those that an even pace would have settled: ``moment, kind, settled``.

    ``kind`` is ``settled``, one row a quarter of an hour with something in it, or ``even``, its two ends. Homes where nobody lives are
    settled from the start.
    """
    reached = done.work.groupby("quarter", as_index=False)["reached"].sum()
    empty = done.settled - int(reached["reached"].sum())
    begun = done.round.starts_at or (reached["quarter"].min() if len(reached) else done.at)
    known = pd.DataFrame(
        {
            "moment": [begun, *(reached["quarter"] + timedelta(minutes=15)).clip(upper=pd.Timestamp(done.at)), done.at],
            "settled": [empty, *(empty + reached["reached"].cumsum()), done.settled],
        }
    ).assign(kind="settled")
    due = done.round.due_at
    if due is None:
        return known
    even = pd.DataFrame({"moment": [begun, due], "settled": [0, done.households], "kind": "even"})
    return pd.concat([known, even], ignore_index=True)


def funnel(done: Progress) -> pd.DataFrame:
    """Return the stages from households to key persons: ``stage, n, share`` of households (first three) or of people (last three)."""
    people = int(done.places["people"].sum())
    stages = {
        "households": (done.households, done.households),
        "visited": (done.visited, done.households),
        "seen": (done.seen, done.households),
        "people": (people, max(people, done.screened)),
        "screened": (done.screened, max(people, done.screened)),
        "key_persons": (done.key_persons, max(people, done.screened)),
    }
    return pd.DataFrame([{"stage": stage, "n": n, "share": n / of if of else 0.0} for stage, (n, of) in stages.items()])


def by_grid(places: pd.DataFrame) -> pd.DataFrame:
    """Return the places of a progress by grid, the one with most still to reach first, with ``share`` of those settled (0 to 100)."""
    return _grouped(places, ["area_id", "area_name"])


def by_building(places: pd.DataFrame) -> pd.DataFrame:
    """Return the places of a progress that are buildings, those with most still to reach first, with ``share`` of those settled."""
    return _grouped(places.dropna(subset="building_id"), ["building_id", "building_name", "area_name"])


# Of a household that is not open, how it was reached.
REACHED = ("seen", "by_phone", "by_landlord", "vacant")
_COUNTS = ["households", "people", "visited", *REACHED, "open", "screened_homes", "screened", "key_persons"]


def _grouped(places: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    counted = places.groupby(names, dropna=False, as_index=False)[_COUNTS].sum()
    settled = [share(homes - left, homes) for homes, left in zip(counted["households"], counted["open"], strict=True)]
    return (
        counted.assign(share=pd.Series(settled, index=counted.index, dtype=float))
        .sort_values(["open", names[1]], ascending=[False, True])
        .reset_index(drop=True)
    )


_WORK = ["visits", "reached", "screened", "key_persons"]


def by_team(work: pd.DataFrame) -> pd.DataFrame:
    """Return the work of a progress by team, the one with most people screened first; visits without a team's name last."""
    counted = work.groupby("team", dropna=False, as_index=False).agg(**{name: (name, "sum") for name in _WORK}, last=("quarter", "max"))
    return counted.sort_values(["screened", "team"], ascending=[False, True], na_position="last").reset_index(drop=True)


def by_day(work: pd.DataFrame) -> pd.DataFrame:
    """Return the work of a progress by team and day of the workspace's zone: ``day, team`` and the counts, the latest day first."""
    counted = work.assign(day=work["quarter"].dt.date).groupby(["day", "team"], dropna=False, as_index=False)[_WORK].sum()
    return counted.sort_values(["day", "screened"], ascending=[False, False]).reset_index(drop=True)


@fact(kept=16)
def unreached(view: View, *, round: Round | None = None) -> pd.DataFrame:
    """Return the households that nobody has reached though people live there, those tried most often first (``select_unreached``)."""
    of = round or Round("")
    return view.narrowed(_narrower(view, of.area_id)).run("select_unreached", start=of.starts_at)
