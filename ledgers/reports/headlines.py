"""The headline figures of people at a moment: who is isolating, whose readings were missed, and which units have not reported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ledgers.people.slots import reading_slots
from ledgers.reports.report_figures import latest_period, reporting_area
from queries.store import Store, Viewer

MISSED_WITHIN = timedelta(hours=24)


@dataclass(frozen=True)
class Unreported:
    """The ``units`` that report, and id and name of those that have not confirmed the report of the last ``cutoff``."""

    cutoff: datetime
    units: int
    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class People:
    """What stands at a moment; ``missed`` counts the readings of the last 24 hours that were owed and not taken."""

    at: datetime
    observing: int
    hospital: int
    missed: int
    unreported: Unreported


def people(
    store: Store,
    viewer: Viewer,
    *,
    at: datetime | str | None = None,
    known_at: datetime | str | None = None,
    area: str | None = None,
) -> People:
    """Return the figures of people of an area, or of all that the viewer sees, at a moment as known at another."""
    moment = store.moment(at)
    when: dict[str, Any] = {"at": moment, "known_at": known_at, "area": area}
    start = moment - MISSED_WITHIN
    episodes = store.run("count_episodes", viewer, start=start, **when)
    slots = reading_slots(store, start=start, at=moment)
    readings = store.run("count_readings", viewer, start=start, **slots.bound(), **when)
    everywhere = episodes[episodes["whole"]].iloc[0]
    return People(
        at=moment,
        observing=int(everywhere["observing"]),
        hospital=int(everywhere["hospital"]),
        missed=int(readings["missed"].sum()),
        unreported=unreported(store, viewer, **when),
    )


def unreported(
    store: Store,
    viewer: Viewer,
    *,
    at: datetime | str | None = None,
    known_at: datetime | str | None = None,
    area: str | None = None,
) -> Unreported:
    """Return which units of an area have not reported at a moment; for a grid it is the unit in which it lies."""
    moment = store.moment(at)
    where = reporting_area(store, viewer, area, at=moment, known_at=known_at)
    when: dict[str, Any] = {"at": moment, "known_at": known_at, "area": where}
    report = latest_period(store, moment)
    units = store.run("select_reporting_units", viewer, **when).drop_duplicates("unit_id")
    told = store.run("select_submissions", viewer, report_date=report.date, **when)["unit_id"]
    without = units[~units["unit_id"].isin(told)]
    names = zip(without["unit_id"], without["unit_name"], strict=True)
    return Unreported(report.cutoff, len(units), tuple((str(unit), str(name or unit)) for unit, name in names))
