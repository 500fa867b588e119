"""The headline figures of people at a moment: who is isolating, whose readings were missed, and which units have not reported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ledgers.people.slots import reading_slots
from ledgers.reports.report_figures import latest_period, reporting_area
from queries.view import View, fact

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


@fact(kept=256)
def people(view: View) -> People:
    """Return the figures of people of an area, or of all that the viewer sees, at a moment as known at another."""
    start = view.at - MISSED_WITHIN
    episodes = view.run("count_episodes", start=start)
    slots = reading_slots(view.store, start=start, at=view.at)
    readings = view.run("count_readings", start=start, **slots.bound())
    everywhere = episodes[episodes["whole"]].iloc[0]
    return People(
        at=view.at,
        observing=int(everywhere["observing"]),
        hospital=int(everywhere["hospital"]),
        missed=int(readings["missed"].sum()),
        unreported=unreported(view),
    )


def unreported(view: View) -> Unreported:
    """Return which units of an area have not reported at a moment; for a grid it is the unit in which it lies."""
    where = view.narrowed(reporting_area(view))
    report = latest_period(view.store, view.at)
    units = where.run("select_reporting_units").drop_duplicates("unit_id")
    told = where.run("select_submissions", report_date=report.date)["unit_id"]
    without = units[~units["unit_id"].isin(told)]
    names = zip(without["unit_id"], without["unit_name"], strict=True)
    return Unreported(report.cutoff, len(units), tuple((str(unit), str(name or unit)) for unit, name in names))
