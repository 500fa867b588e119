"""Screening 摸排: visits from door to door, how far they have come against the clock, and the doors to try again."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from errors import InputError, NotFound
from ledgers.entering import code, happened, text, whole
from queries.events import LOCAL, Viewer
from queries.store import Store

PURPOSES = ("screening", "reading", "delivery", "check", "form")
OUTCOMES = ("registered", "not_in", "letter_left", "phone_only", "landlord_reached", "refused", "vacant")
REACHED = ("registered", "phone_only", "landlord_reached", "vacant")
# Nobody is screened at a door that nobody opens.
NOBODY_MET = ("not_in", "letter_left", "refused", "vacant")
# After so many hours a door is tried again where the visit itself names no time (setting ``retry_hours``).
RETRY_HOURS: Mapping[str, float] = {"not_in": 4, "letter_left": 24, "phone_only": 48, "refused": 24}
# More people than these live behind no one door; a village group that is kept as one household may have more.
MOST_AT_A_DOOR = 100
# The present pace is that of the last day: a night in which nobody knocks must not count as a halt.
PACE_WINDOW = timedelta(hours=24)


def record_visit(
    store: Store,
    viewer: Viewer,
    household_id: str,
    *,
    outcome: str,
    purpose: str = "screening",
    team: str = "",
    screened: int | None = None,
    key_persons: int | None = None,
    retry_at: datetime | str | None = None,
    note: str = "",
    effective_at: datetime | str | None = None,
    event_id: str | None = None,
) -> list[str]:
    """Record a visit at the door of a household; return the event ids.

    Parameters
    ----------
    screened, key_persons
        How many people were asked, and how many of them must be followed; none is 0.
    retry_at
        When to try again; none is as long after as the outcome has it (``retry_hours``).
    event_id
        The id that a phone made: the same visit sent twice is written once.

    Raises
    ------
    InputError
        For a visit to come, an outcome that is none, more people than can live there, people screened where nobody was met.
    NotFound
        When there is no such household in view.
    """
    own_id = _own_id(event_id)
    moment = happened(store, effective_at)
    code(outcome or "–", OUTCOMES)
    code(purpose or "–", PURPOSES)
    again = store.moment(retry_at) if retry_at else None
    if again is not None and again <= moment:
        raise InputError("The next try must come after the visit at {moment}.", moment=f"{moment:%Y-%m-%d %H:%M}")
    with store.writing():
        if own_id and len(store.run("select_visit_ids", LOCAL, ids=[own_id])):
            return [own_id]
        household = store.run("select_households", viewer, household_ids=[household_id])
        if household.empty:
            raise NotFound("There is no household {household} here.", household=repr(household_id))
        home = household.iloc[0]
        row: dict[str, Any] = {
            "household_id": household_id,
            "area_id": home["area_id"],
            "team": text(team),
            "purpose": purpose,
            "outcome": outcome,
            **_people(outcome, screened, key_persons, home["head_count"]),
            "retry_at": again,
            "note": text(note),
            "effective_at": moment,
        }
        return store.append(viewer, {"visit": pd.DataFrame([row if own_id is None else {**row, "event_id": own_id}])})


def _own_id(event_id: str | None) -> str | None:
    try:
        return str(uuid.UUID(event_id)) if event_id else None
    except ValueError:
        raise InputError("{id} is not the id of an event.", id=repr(event_id)) from None


def _people(outcome: str, screened: int | None, key_persons: int | None, head_count: Any) -> dict[str, int]:
    most = max(MOST_AT_A_DOOR, 2 * int(head_count) if not pd.isna(head_count) else 0)
    met = whole(screened, range(most + 1), "screened") or 0
    if met and outcome in NOBODY_MET:
        raise InputError("Nobody was met at this door, so nobody was screened there; choose another outcome or leave the number out.")
    return {"screened": met, "key_persons": whole(key_persons, range(met + 1), "key_persons") or 0}


# Rounds and progress ------------------------------------------------------------------------------------------------------


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


def rounds(store: Store, viewer: Viewer, *, at: datetime | str | None = None) -> list[Round]:
    """Return the rounds that have begun (setting ``screening_rounds``), the latest first, and last one that takes in every visit."""
    moment = store.moment(at)
    visible = store.scope(viewer, None, at=moment)
    kept = [
        Round(str(r["name"]), r.get("area_id"), store.moment(r["starts_at"]), r.get("hours")) for r in store.setting("screening_rounds", [])
    ]
    begun = [r for r in kept if r.starts_at and r.starts_at <= moment and (visible is None or r.area_id is None or r.area_id in visible)]
    return [*sorted(begun, key=lambda r: r.starts_at or moment, reverse=True), Round("")]


@dataclass(frozen=True)
class Progress:
    """How far a round has come.

    ``places`` is a row a grid and building (``count_screening``), ``work`` a row a team and quarter of an hour
    (``count_screening_work``). The counts are those of the places together; ``expected`` is how many households would be settled by now
    at an even pace, ``done_at`` when the last will be at the pace of the last day (None: never, or nothing to reckon with).
    """

    round: Round
    at: datetime
    places: pd.DataFrame
    work: pd.DataFrame
    households: int
    visited: int
    reached: int
    open: int
    screened: int
    key_persons: int
    expected: int | None
    per_hour: float
    done_at: datetime | None

    @property
    def settled(self) -> int:
        """Return the households that need no further try: reached, or nobody lives there."""
        return self.households - self.open


def progress(
    store: Store,
    viewer: Viewer,
    *,
    round: Round | None = None,
    at: datetime | str | None = None,
    known_at: datetime | None = None,
    area: str | None = None,
) -> Progress:
    """Return how far a round has come at a moment, in an area or in the round's own. Raises NotFound where they do not overlap."""
    moment, of = store.moment(at), round or Round("")
    where = {"at": moment, "known_at": known_at, "area": _narrower(store, viewer, of.area_id, area, moment), "start": of.starts_at}
    places = store.run("count_screening", viewer, **where)
    work = store.run("count_screening_work", viewer, **where)
    total = {name: int(places[name].sum()) for name in ("households", "visited", "reached", "open", "screened", "key_persons")}
    per_hour = pace(work, of, moment)
    left = total["open"]
    return Progress(
        round=of,
        at=moment,
        places=places,
        work=work,
        expected=expected(of, total["households"], moment),
        per_hour=per_hour,
        done_at=moment + timedelta(hours=left / per_hour) if left and per_hour and left / per_hour < 24 * 365 else None,
        **total,
    )


def _narrower(store: Store, viewer: Viewer, first: str | None, second: str | None, at: datetime) -> str | None:
    """Return the one of two areas that lies in the other; one that is not given is everything."""
    if first is None or second is None or first == second:
        return first or second
    if second in (store.scope(viewer, first, at=at) or ()):
        return second
    if first in (store.scope(viewer, second, at=at) or ()):
        return first
    raise NotFound("This round of screening is in another area; choose all areas, or another round.")


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


def by_grid(places: pd.DataFrame) -> pd.DataFrame:
    """Return the places of a progress by grid, the one with most still to reach first, with ``share`` of those settled (0 to 100)."""
    return _grouped(places, ["area_id", "area_name"])


def by_building(places: pd.DataFrame) -> pd.DataFrame:
    """Return the places of a progress that are buildings, those with most still to reach first, with ``share`` of those settled."""
    return _grouped(places.dropna(subset="building_id"), ["building_id", "building_name", "area_name"])


_COUNTS = ["households", "people", "visited", "reached", "open", "screened", "key_persons"]


def _grouped(places: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    counted = places.groupby(names, dropna=False, as_index=False)[_COUNTS].sum()
    share = 100 * (1 - counted["open"] / counted["households"])
    return counted.assign(share=share).sort_values(["open", names[1]], ascending=[False, True]).reset_index(drop=True)


_WORK = ["visits", "reached", "screened", "key_persons"]


def by_team(work: pd.DataFrame) -> pd.DataFrame:
    """Return the work of a progress by team, the one with most people screened first; visits without a team's name last."""
    counted = work.groupby("team", dropna=False, as_index=False).agg(**{name: (name, "sum") for name in _WORK}, last=("quarter", "max"))
    return counted.sort_values(["screened", "team"], ascending=[False, True], na_position="last").reset_index(drop=True)


def by_day(work: pd.DataFrame) -> pd.DataFrame:
    """Return the work of a progress by team and day of the workspace's zone: ``day, team`` and the counts, the latest day first."""
    counted = work.assign(day=work["quarter"].dt.date).groupby(["day", "team"], dropna=False, as_index=False)[_WORK].sum()
    return counted.sort_values(["day", "screened"], ascending=[False, False]).reset_index(drop=True)


# Doors --------------------------------------------------------------------------------------------------------------------


def retry_hours(store: Store) -> dict[str, float]:
    """Return after how many hours a door is tried again, by outcome; an outcome that is left out needs no retry."""
    return {**RETRY_HOURS, **store.setting("retry_hours", {})}


def waiting_doors(
    store: Store,
    viewer: Viewer,
    *,
    at: datetime | str | None = None,
    known_at: datetime | None = None,
    area: str | None = None,
) -> pd.DataFrame:
    """Return the doors to visit now: retries whose time has come, the longest waiting first, then those never visited.

    Returns
    -------
    DataFrame
        ``household_id, area_id, area_name, building_id, building, door, address, contact, head_count, team, outcome, visited_at, due_at``.
    """
    hours = retry_hours(store)
    return store.run(
        "select_visits_due", viewer, at=at, known_at=known_at, area=area, outcomes=list(hours), hours=[float(h) for h in hours.values()]
    )


def unreached(
    store: Store,
    viewer: Viewer,
    *,
    round: Round | None = None,
    at: datetime | str | None = None,
    known_at: datetime | None = None,
    area: str | None = None,
) -> pd.DataFrame:
    """Return the households that nobody has reached though people live there, those tried most often first (``select_unreached``)."""
    moment, of = store.moment(at), round or Round("")
    where = _narrower(store, viewer, of.area_id, area, moment)
    return store.run("select_unreached", viewer, at=moment, known_at=known_at, area=where, start=of.starts_at)
