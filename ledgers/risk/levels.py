"""Risk areas: the level that follows from an area's cases by the rule of the day, the level ordered over it, and when either changes.

A level is a step function of time: it changes on the day of a case, on the day a case or a cluster has become old, when a rule begins, and
when an order begins or ends. Everything told here (since when, until when, what it was) is read off that function.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from errors import N_
from ledgers.risk.rules import LEVELS, RiskRule, rule_on, rules
from queries.view import View, fact
from words import Translate

# The levels of areas that are told a risk of their own.
RATED = ("city", "district", "township", "village", "community")
# Areas that are told together; villages and communities are, since they are the units that act.
TIERS: Mapping[str, tuple[str, ...]] = {
    "unit": ("village", "community"),
    "township": ("township",),
    "district": ("district",),
    "city": ("city",),
}
Days: TypeAlias = np.ndarray[tuple[int], np.dtype[np.datetime64]]
# From when on a level holds (None: always), and which.
Step: TypeAlias = tuple[datetime | None, str]


@dataclass(frozen=True)
class Why:
    """Why an area has its level: an untranslated sentence and what stands in it."""

    message: str
    params: Mapping[str, object] = field(default_factory=dict)

    def text(self, translate: Translate) -> str:
        """Return the sentence in a language; dates are written like 2020-02-12."""
        return translate(self.message).format(**self.params)


@dataclass(frozen=True)
class Assessment:
    """What a rule says of an area on a day: its level, why, and the day it changes if nothing new happens (None: never)."""

    level: str
    why: Why
    changes_on: date | None


# The rule -----------------------------------------------------------------------------------------------------------------


def level_of(cases: Sequence[date], clusters: Sequence[date], day: date, rule: RiskRule) -> Assessment:
    """Return the level of an area on a day by one rule, why, and the day it changes if nothing new happens.

    Parameters
    ----------
    cases
        The day of each confirmed case; those after ``day`` are not known yet and count for nothing.
    clusters
        The day of each case that belongs to a cluster: some of ``cases``.

    >>> rule = RiskRule(date(2020, 2, 17), 14, 50, "guidance")
    >>> found = level_of([date(2020, 2, 10)], [], date(2020, 2, 23), rule)
    >>> found.level, found.changes_on
    ('medium', datetime.date(2020, 2, 24))
    """
    known, clustered = _until(_days(cases), day), _until(_days(clusters), day)
    course = _course(known, clustered, (rule,))
    position = int(np.searchsorted([start for start, _ in course], np.datetime64(day), side="right")) - 1
    level = course[position][1]
    changes = course[position + 1][0].astype(object) if position + 1 < len(course) else None
    return Assessment(level, _why(level, known, clustered, day, rule), changes)


def _days(dates: Sequence[date] | pd.Series) -> Days:
    return np.sort(np.asarray(dates, dtype="datetime64[D]"))


def _until(days: Days, day: date) -> Days:
    return days[: np.searchsorted(days, np.datetime64(day), side="right")]


def _course(cases: Days, clusters: Days, dated: Sequence[RiskRule]) -> list[tuple[np.datetime64, str]]:
    """Return the level by the rules as a step function: the days on which it changes, and to what; the first is the beginning of time."""
    begins = np.array([rule.since for rule in dated], dtype="datetime64[D]")
    seen = np.concatenate([cases, clusters])
    marks = [np.array(["0001-01-01"], dtype="datetime64[D]"), begins, cases, *(seen + rule.window_days for rule in dated)]
    days = np.unique(np.concatenate(marks))
    of = np.clip(np.searchsorted(begins, days, side="right") - 1, 0, None)  # before the first rule the first is applied
    window = np.array([rule.window_days for rule in dated])[of]
    many = np.searchsorted(cases, days, side="right") > np.array([rule.threshold for rule in dated])[of]
    new, cluster = _any_new(cases, days, window), _any_new(clusters, days, window)
    codes = np.where(new, np.where(many & cluster, 2, 1), 0)
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    return [(days[n], LEVELS[codes[n]]) for n in starts]


def _any_new(dates: Days, days: Days, window: np.ndarray[tuple[int], np.dtype[np.int64]]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell on which days one of the dates is new: on its day and the days after it, as many in all as the window has."""
    found: np.ndarray[tuple[int], np.dtype[np.bool_]] = np.searchsorted(dates, days, side="right") > np.searchsorted(
        dates, days - window, side="right"
    )
    return found


def _why(level: str, cases: Days, clusters: Days, day: date, rule: RiskRule) -> Why:
    if not len(cases):
        return Why(N_("No confirmed case."))
    params: dict[str, object] = {"days": rule.window_days, "threshold": rule.threshold, "cases": f"{len(cases):,}"}
    params |= {"new": f"{_new(cases, day, rule):,}", "last": _iso(cases[-1])}
    if level == "low":
        return Why(N_("No new case for {days} days: {cases} in all, the last on {last}."), params)
    if level == "high":
        message = N_("{cases} in all, more than {threshold}, and a cluster within {days} days, the last on {cluster}.")
        return Why(message, params | {"cluster": _iso(clusters[-1])})
    if len(cases) > rule.threshold:
        message = N_("{new} new within {days} days; {cases} in all, more than {threshold}, but no cluster within {days} days.")
        return Why(message, params)
    return Why(N_("{new} new within {days} days, the last on {last}; {cases} in all, no more than {threshold}."), params)


def _iso(day: np.datetime64) -> str:
    return str(day.astype("datetime64[D]"))


def _new(days: Days, day: date, rule: RiskRule) -> int:
    return int((days > np.datetime64(day) - rule.window_days).sum()) if len(days) else 0


# The areas ----------------------------------------------------------------------------------------------------------------


@fact()
def levels(view: View) -> pd.DataFrame:
    """Return the risk level of every area of the levels ``RATED`` at a moment, as known at another.

    A case counts in its area and in all above it. An ordered level holds from its moment until it ends, is lifted, or another is ordered;
    it holds for its own area alone. Days are those of the workspace's zone.

    Returns
    -------
    DataFrame
        ``id, name, area_level``; ``level`` (in force), ``computed`` (by the rule), ``since`` (the moment the present level began, missing
        when it has always been so), ``until`` (when it changes if nothing new happens, missing when never), ``why`` (a ``Why``);
        ``cases, new_in_window, clusters`` (those within the window), ``last_case``; ``ordered``, ``ordered_by, reason, ordered_until``;
        ``ahead``: the rule is applied to a day before it holds. ``attrs["at"]`` is the moment, in ISO 8601.

    Raises
    ------
    NotFound, InputError
        As ``Store.run``; InputError, too, when the setting ``risk_rules`` is none.
    """
    dated = rules(view.store)
    areas = view.run("select_areas")
    cases = view.run("select_area_cases")
    cases = cases.assign(day=cases["confirmed_at"].dt.tz_localize(None))
    confirmed = {i: _days(found["day"]) for i, found in cases.groupby("area_id")}
    clustered = {i: _days(found["day"]) for i, found in cases[cases["cluster"]].groupby("area_id")}
    orders = _orders(view.run("select_risk_orders"))
    rated = areas[areas["level"].isin(RATED)]
    none = _days([])
    rows = [
        {"id": i, "name": name, "area_level": level}
        | _rated(confirmed.get(i, none), clustered.get(i, none), orders.get(i, ()), view.at, dated)
        for i, name, level in rated[["id", "name", "level"]].itertuples(index=False)
    ]
    frame = pd.DataFrame(rows, columns=["id", "name", "area_level", *_COLUMNS])
    zone = view.store.time_zone
    moments = {name: pd.to_datetime(frame[name], utc=True).dt.tz_convert(zone) for name in ("since", "until", "ordered_until")}
    frame = frame.assign(**moments).astype(
        dict.fromkeys(("ordered", "ahead"), bool) | dict.fromkeys(("cases", "new_in_window", "clusters"), "int64")
    )
    frame.attrs["at"] = view.at.isoformat()
    return frame


_ALWAYS_LOW: tuple[Step, ...] = ((None, LEVELS[0]),)
_COLUMNS = (
    *("level", "computed", "since", "until", "why", "cases", "new_in_window", "clusters", "last_case"),
    *("ordered", "ordered_by", "reason", "ordered_until", "ahead"),
)


@dataclass(frozen=True)
class _Order:
    """An order of an area's level; without a level it lifts the one before."""

    level: str | None
    begins: datetime
    until: datetime | None
    ordered_by: str
    reason: str

    def holds(self, at: datetime) -> bool:
        """Tell whether it still speaks at a moment after it began."""
        return self.level is not None and (self.until is None or at < self.until)


def _orders(rows: pd.DataFrame) -> dict[str, list[_Order]]:
    """Return the orders of each area, the earlier first."""
    found: dict[str, list[_Order]] = {}
    stated = rows[["area_id", "level", "effective_at", "until", "ordered_by", "reason"]]
    for area_id, level, begins, until, ordered_by, reason in stated.astype(object).where(stated.notna(), None).itertuples(index=False):
        found.setdefault(area_id, []).append(_Order(level, begins, until, ordered_by, reason))
    return found


def _rated(cases: Days, clusters: Days, orders: Sequence[_Order], at: datetime, dated: Sequence[RiskRule]) -> dict[str, Any]:
    """Return what is told of one area."""
    day, zone = at.date(), at.tzinfo
    assert isinstance(zone, ZoneInfo)
    rule, ahead = rule_on(dated, day)
    by_rule = [(_midnight(start, zone), level) for start, level in _course(cases, clusters, dated)] if len(cases) else _ALWAYS_LOW
    steps = _overridden(by_rule, orders)
    here = _position(steps, at)
    computed = by_rule[_position(by_rule, at)][1]
    order = orders[-1] if orders and orders[-1].holds(at) else None
    return {
        "level": steps[here][1],
        "computed": computed,
        "since": steps[here][0],
        "until": steps[here + 1][0] if here + 1 < len(steps) else None,
        "why": _why(computed, cases, clusters, day, rule) if order is None else _why_ordered(order),
        "cases": len(cases),
        "new_in_window": _new(cases, day, rule),
        "clusters": _new(clusters, day, rule),
        "last_case": cases[-1].astype(object) if len(cases) else None,
        "ordered": order is not None,
        "ordered_by": order and order.ordered_by,
        "reason": order and order.reason,
        "ordered_until": order and order.until,
        "ahead": ahead,
    }


def _midnight(day: np.datetime64, zone: ZoneInfo) -> datetime | None:
    found: date = day.astype(object)
    return None if found == date.min else datetime(found.year, found.month, found.day, tzinfo=zone)


def _position(steps: Sequence[Step], at: datetime) -> int:
    return max(n for n, (start, _) in enumerate(steps) if start is None or start <= at)


def _overridden(by_rule: Sequence[Step], orders: Sequence[_Order]) -> Sequence[Step]:
    """Return the level in force as a step function: that by the rule, and while an order holds the one ordered."""
    turns = {order.begins for order in orders} | {order.until for order in orders if order.until}
    found: list[Step] = [by_rule[0]]
    for moment in sorted(turns | {start for start, _ in by_rule if start}):
        begun = [order for order in orders if order.begins <= moment]
        ordered = begun[-1].level if begun and begun[-1].holds(moment) else None
        level = ordered or by_rule[_position(by_rule, moment)][1]
        if level != found[-1][1]:
            found.append((moment, level))
    return found


def _why_ordered(order: _Order) -> Why:
    params: dict[str, object] = {"who": order.ordered_by, "reason": order.reason}
    if order.until is None:
        return Why(N_("Ordered by {who}, until another order: {reason}"), params)
    return Why(N_("Ordered by {who}, until {until}: {reason}"), params | {"until": f"{order.until:%Y-%m-%d %H:%M}"})


def document(found: pd.DataFrame, translate: Translate) -> dict[str, Any]:
    """Return the levels as the command line prints them: ``{"at", "areas": [{"id", "level", "since", "until", "why"}]}``, ISO dates."""
    return {"at": found.attrs["at"], "areas": [_document(row, translate) for row in found.to_dict("records")]}


def _document(row: dict[Any, Any], translate: Translate) -> dict[str, Any]:
    days = {name: None if pd.isna(row[name]) else row[name].date().isoformat() for name in ("since", "until")}
    return {
        "id": row["id"],
        "level": row["level"],
        **days,
        "why": explanation(row["why"], translate, ahead=row["ahead"] and not row["ordered"]),
    }


def explanation(why: Why, translate: Translate, *, ahead: bool) -> str:
    """Return why an area has its level and, where so, that the rule is applied to a day before it was made."""
    return f"{why.text(translate)} {translate(AHEAD)}" if ahead else why.text(translate)


AHEAD = N_("(The rule is applied here to a day before it was made.)")
