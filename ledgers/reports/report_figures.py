"""The figures of a daily report: what each reporting unit has at a cut-off, as known at a moment, and the same for all together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import pandas as pd

from errors import N_, InputError
from ledgers.people.slots import reading_slots
from ledgers.posts.timetable import open_at
from ledgers.setting import Setting, minutes
from queries.store import SYSTEM, YEARS, Store, Viewer
from queries.view import View

STATES = ("hospital", "observing", "released", "transferred", "refuted")
# Of the episodes; cumulative is the sum of the states.
FIGURES = ("cumulative", "new", *STATES)
# What the table shows beside them: people screened, readings taken and missed since the cut-off before, checkpoints in force,
# entrances open at the cut-off, and stocks on hand (an item of an area each, so that units add up).
BESIDE = ("screened", "readings_taken", "readings_missed", "posts", "gates", "supplies")
FIELDS = (*FIGURES, *BESIDE)
# What must lie in some unit. Posts, gates and stocks of the township itself are in no unit's report, and not in the total of the units.
OF_PEOPLE = (*FIGURES, "screened", "readings_taken", "readings_missed")
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """What a report tells of: after ``start``, the cut-off of the day before, up to ``cutoff``; ``at`` is earlier while that is to come."""

    date: date
    start: datetime
    cutoff: datetime
    at: datetime


def period(store: Store, day: date | str, *, cutoff: str | None = None) -> Period:
    """Return the period of a date's report: between the cut-offs that were set as that day and the one before began.

    Raises
    ------
    InputError
        When the date is none, lies ahead of the workspace clock, or the cut-off is not a time of day.
    """
    chosen, now = _date(day), store.now()
    today = now.astimezone(store.time_zone).date()
    if chosen > today:
        raise InputError("There is no report of {date} yet: today is {today}.", date=chosen, today=today)
    start, end = (cutoff_of(store, day, cutoff) for day in (chosen - DAY, chosen))
    return Period(chosen, start, end, min(end, now))


def cutoff_of(store: Store, day: date, cutoff: str | None = None) -> datetime:
    """Return the cut-off of a day. Raises InputError when it is not a time of day."""
    clock = _clock(cutoff or CUTOFF.on(store, day))
    return datetime.combine(day, clock, store.time_zone)


def _date(day: date | str) -> date:
    try:
        found = day if isinstance(day, date) else datetime.strptime(day.strip(), "%Y-%m-%d").date()
    except ValueError:
        raise InputError("{text} is not a date; write one of the calendar like 2020-02-12.", text=repr(day)) from None
    if found.year not in YEARS:
        raise InputError("{date} is no date of a report; write one between {first} and {last}.", date=found, first=YEARS[0], last=YEARS[-1])
    return found


def _clock(text: str) -> time:
    try:
        return datetime.strptime(text.strip(), "%H:%M").time()
    except (AttributeError, ValueError):
        raise InputError("{text} is not a cut-off; write a time of day like 18:00.", text=repr(text)) from None


CUTOFF = Setting("cutoff", N_("the cut-off of the daily report"), "18:00", dated=True, check=_clock)
BRIEFING_MORNING = Setting("briefing_morning", N_("the cut-off of the morning briefing"), "08:00", dated=True, check=_clock)
OPENS_MINUTES = Setting(
    "report_opens_minutes", N_("minutes before the cut-off from which a report can be submitted"), 120, dated=True, check=minutes
)
GRACE_MINUTES = Setting(
    "report_grace_minutes", N_("minutes after the cut-off up to which a report is in time"), 60, dated=True, check=minutes
)


def latest_period(store: Store, at: datetime) -> Period:
    """Return the period of the last cut-off at or before a moment, and not after the workspace clock."""
    last = min(at, store.now()).astimezone(store.time_zone)
    today = period(store, last.date())
    return today if today.cutoff <= last else period(store, today.date - DAY)


def reporting_area(view: View) -> str | None:
    """Return the area whose units answer for that in view: the unit in which it lies (a grid does not report itself), else itself."""
    if view.area is None:
        return None
    reporting = view.whole.run("select_reporting_units")
    own = reporting.loc[reporting["area_id"] == view.area, "unit_id"]
    return view.area if own.empty else str(own.iloc[0])


@dataclass(frozen=True)
class Counted:
    """Figures as known at one moment.

    Attributes
    ----------
    units
        By unit id: ``name, responsible, phone`` and ``FIELDS``.
    outside
        By area id, what lies outside every unit: ``FIELDS``.
    total
        ``FIELDS``: those of people counted without regard to areas, the others over the units.
    lies
        The unit of each area that lies in one.
    """

    units: pd.DataFrame
    outside: pd.DataFrame
    total: pd.Series
    lies: dict[str, str]


def count(store: Store, viewer: Viewer, span: Period, *, first: datetime, then: datetime) -> tuple[Counted, Counted]:
    """Return the same as known at two moments; only what was recorded between them is counted twice."""
    rows = _rows(store, viewer, span, tuple(STATEMENTS), known_at=first)
    counted = _summed(rows)
    recorded = set(store.run("list_recorded_tables", SYSTEM, at=span.at, since=first, known_at=then)["name"])
    # What a viewer sees follows from the areas, so that new ones change all.
    again = tuple(name for name, tables in STATEMENTS.items() if recorded & {"areas", "undone", *tables})
    return counted, _summed({**rows, **_rows(store, viewer, span, again, known_at=then)}) if again else counted


# The statements of a report, and the records that each reads besides those of areas.
STATEMENTS = {
    "select_reporting_units": ("areas",),
    "count_episodes": ("episodes",),
    "count_readings": ("episodes", "readings"),
    "count_report_work": ("work",),
}


def _rows(store: Store, viewer: Viewer, span: Period, names: Sequence[str], *, known_at: datetime) -> dict[str, pd.DataFrame]:
    own: dict[str, dict[str, Any]] = {
        "select_reporting_units": {},
        "count_episodes": {"start": span.start},
        "count_readings": {"start": span.start, **reading_slots(store, start=span.start, at=span.at).bound()},
        "count_report_work": {"start": span.start},
    }
    found = {name: store.run(name, viewer, at=span.at, known_at=known_at, **own[name]) for name in names}
    if "count_report_work" in found:
        work = found["count_report_work"]
        shut = (work["field"] == "gates") & work["timetable"].notna() & ~open_at(work["timetable"], span.at)
        found["count_report_work"] = work[~shut]
    return found


def _summed(rows: dict[str, pd.DataFrame]) -> Counted:
    """Return the figures of the units from those of the areas."""
    reporting, episodes, readings, work = (rows[name] for name in STATEMENTS)
    by_area = pd.concat(
        [
            _long(episodes[~episodes["whole"]], {name: name for name in FIGURES}),
            _long(readings, {"taken": "readings_taken", "missed": "readings_missed"}),
            work[["area_id", "field", "counted"]],
        ],
        ignore_index=True,
    )
    units = reporting.drop_duplicates("unit_id").set_index("unit_id")
    lies = dict(zip(reporting["area_id"], reporting["unit_id"], strict=True))
    unit = by_area["area_id"].map(lies)
    inside, rest = by_area[unit.notna()], by_area[unit.isna()]
    beside = by_area["field"].isin(BESIDE) & (by_area["field"].isin(OF_PEOPLE) | unit.notna())
    everywhere = episodes[episodes["whole"]].iloc[0][list(FIGURES)]
    return Counted(
        units=units[["unit_name", "responsible", "phone"]]
        .rename(columns={"unit_name": "name"})
        .join(_wide(inside, unit[unit.notna()]).reindex(units.index, fill_value=0)),
        outside=_wide(rest, rest["area_id"].fillna("")),
        total=pd.concat([everywhere, by_area[beside].groupby("field")["counted"].sum()]).reindex(list(FIELDS)).fillna(0).astype("int64"),
        lies=lies,
    )


def _long(frame: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Return counts by area as rows ``area_id, field, counted``."""
    renamed = frame[["area_id", *names]].rename(columns=names)
    return renamed.melt("area_id", var_name="field", value_name="counted")


def _wide(rows: pd.DataFrame, by: pd.Series) -> pd.DataFrame:
    """Return the sum of each field, a row for each value of ``by``."""
    sums = rows.assign(id=by).pivot_table(index="id", columns="field", values="counted", aggfunc="sum")
    return sums.reindex(columns=list(FIELDS)).fillna(0).astype("int64").rename_axis(columns=None)
