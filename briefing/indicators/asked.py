"""Of how many each question was asked: the coverage of every number whose zero could be taken for an all-clear, by its name.

Where it can be partial, the number of those of whom it was not asked is an indicator of its own: ``unasked.`` and the name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from briefing import facts, road_facts
from briefing.indicators import people, posts, roads, upkeep
from briefing.indicators.base import Indicator, Value
from briefing.view import View
from errors import N_
from geo.network import about
from ledgers.evidence import Coverage
from ledgers.roads.situation import UNPROVED

Covers = Callable[[View, str | None], Coverage | None]


def _all_of(frame: Callable[[View], pd.DataFrame | None], *, listed: bool = False) -> Covers:
    """Return a coverage that is whole where a ledger is kept; of what has to be ``listed`` first, none while nothing is."""

    def covers(view: View, of: str | None) -> Coverage | None:
        found = frame(view)
        return None if found is None or (listed and found.empty) else Coverage(len(found), len(found))

    return covers


def _measured(view: View, of: str | None) -> Coverage | None:
    found = facts.measured(view)
    return None if found is None else Coverage(int(found["measured"]), int(found["observing"]))


def _owed(view: View, of: str | None) -> Coverage | None:
    found = facts.readings(view)
    return None if found is None else Coverage(int(found["expected"].sum()), int(found["expected"].sum()))


def _dated(view: View, of: str | None) -> Coverage | None:
    found = facts.stays(view)
    if found is None:
        return None
    observed = found[found["state"] == "observing"]
    return Coverage(int(observed["release_due"].notna().sum()), len(observed))


def _proved(view: View, of: str | None) -> Coverage | None:
    """Cover the settlements of which something is proved, whatever is joined; of all only where it is known how far the road data reach."""
    found, study = road_facts.settlements(view), road_facts.study(view)
    if found is None or study is None:
        return None
    hangs_on_a_joint = study.doubts.opened[study.settlements.index.get_indexer(found.index)]
    proved = ~found["status"].isin(UNPROVED).to_numpy(dtype=bool) & ~hangs_on_a_joint
    return Coverage(int(proved.sum()), len(found) if study.extent_known else None)


def _crossings(view: View, of: str | None) -> Coverage | None:
    """Cover all crossings of the area, where the data have a border that any road crosses.

    A road that passes through the region without a node in it is no crossing, and no post is looked for on it.
    """
    found, whole = road_facts.crossings(view), road_facts.crossings(view.whole)
    passing = int(about(view.store.path / "network").get("passing", 0))
    return None if found is None or whole is None or whole.empty else Coverage(len(found), len(found) + passing)


def _ordered(view: View, of: str | None) -> Coverage | None:
    found = view.layer("entrances")
    return None if found.empty else Coverage(int(found["mode"].notna().sum()), len(found))


def _rostered_entrances(view: View, of: str | None) -> Coverage | None:
    return _ordered(view, of) if "rosters" in facts.kept_anywhere(view) else None


def _posts(view: View, of: str | None) -> Coverage | None:
    """Cover the checkpoints in force; none while no roster is kept, or none is in force anywhere: they may be listed without an order."""
    if "rosters" not in facts.kept_anywhere(view) or view.whole.layer("checkpoints").empty:
        return None
    found = view.layer("checkpoints")
    return Coverage(len(found), len(found))


def _rostered(view: View, of: str | None) -> Coverage | None:
    """Cover the entrances with an order and the checkpoints; none while one of the two was never listed anywhere."""
    gates, there = view.layer("entrances"), _posts(view, of)
    if there is None or "entrances" not in facts.kept_anywhere(view):
        return None
    return Coverage(there.asked + int(gates["mode"].notna().sum()), there.asked + len(gates))


def _listed(view: View, of: str | None) -> Coverage | None:
    """Cover the listed households, of those that the area is said to have."""
    found = facts.screened(view)
    if found is None:
        return None
    listed, there = int(found["households"].sum()), facts.households_stated(view)
    return Coverage(listed, None if there is None else max(listed, there))


def _units(view: View, of: str | None) -> Coverage | None:
    found = facts.report(view)
    if found is None or "reports" not in facts.kept_anywhere(view):
        return None
    return Coverage(len(found.units), len(found.units))


def _in_time(view: View, of: str | None) -> Coverage | None:
    """Cover the units that have reported: of the others nobody knows when they will."""
    whole = _units(view, of)
    found = facts.report(view)
    return None if whole is None or found is None else Coverage(whole.asked - int(found.units["missing"].sum()), whole.total)


def _stocks(view: View, of: str | None) -> Coverage | None:
    if "supplies" not in facts.kept(view):
        return None
    found = view.stock
    return Coverage(int((found["days_left"].notna() | (found["stock"] <= 0)).sum()), len(found)) if len(found) else None


COVERS: dict[str, Covers] = {
    "readings.alarms": _measured,
    "readings.abnormal": _measured,
    "readings.missed": _owed,
    "isolation.release_over": _dated,
    "roads.exposed": _proved,
    "roads.junctions": _proved,
    "roads.unattached": _all_of(road_facts.settlements),
    "roads.crossings_open": _crossings,
    "gaps.hours": _rostered,
    "entrances.overdue": _ordered,
    "entrances.unstaffed": _rostered_entrances,
    "checkpoints.unstaffed": _posts,
    "screening.unreached": _listed,
    "reports.missing": _units,
    "reports.late": _in_time,
    "supplies.scarce": _stocks,
    "disinfection.overdue": _all_of(facts.rounds, listed=True),
    "units.checks_overdue": _all_of(facts.registered, listed=True),
    "findings.open": _all_of(facts.findings, listed=True),
}
# Of whom a question may not have been asked, in words.
UNASKED = {
    "readings.alarms": N_("people under observation who were not measured"),
    "isolation.release_over": N_("people under observation without days"),
    "roads.exposed": N_("settlements of which nothing is proved"),
    "roads.junctions": N_("settlements of which nothing is proved, with their junctions"),
    "roads.crossings_open": N_("roads that pass through the region without crossing into it"),
    "gaps.hours": N_("entrances without an order, so without hours"),
    "entrances.overdue": N_("entrances without an order"),
    "screening.unreached": N_("registered households that are not listed"),
    "reports.late": N_("units that have not reported yet"),
    "supplies.scarce": N_("stocks of which the use is not known"),
}


def _unasked(name: str) -> Callable[[View, str | None], Value]:
    def ask(view: View, of: str | None) -> Value:
        coverage = COVERS[name](view, of)
        return None if coverage is None else coverage.unasked

    return ask


def _covered(indicator: Indicator) -> Indicator:
    return replace(indicator, covers=COVERS[indicator.name])


_ALL = {found.name: found for found in (*people.INDICATORS, *posts.INDICATORS, *roads.INDICATORS, *upkeep.INDICATORS)}
INDICATORS = (
    *(_covered(_ALL[name]) for name in COVERS),
    *(Indicator(f"unasked.{name}", label, _ALL[name].unit, _ALL[name].sources, _unasked(name)) for name, label in UNASKED.items()),
)
