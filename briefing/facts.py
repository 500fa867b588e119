"""What the indicators of a briefing count from: each fact of a view is asked for once, however many numbers stand on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import geopandas as gpd
import pandas as pd

from briefing.moments import issue_at
from briefing.view import View
from errors import NotFound
from ledgers.people import isolation, persons
from ledgers.people.slots import reading_slots
from ledgers.posts import duty
from ledgers.posts.passes import FEVER
from ledgers.reports import daily_report, report_chain
from ledgers.reports.report_figures import latest_period, reporting_area
from ledgers.risk import cases as risk_cases
from ledgers.risk.levels import TIERS
from ledgers.upkeep import environment, supplies, units
from queries.store import SYSTEM
from queries.view import fact
from settings import EVERYTHING_KNOWN

# What a report calls new, taken or done is so of the day up to its cut-off; what is to come is told of the day after it.
DAY = timedelta(hours=24)


def previous(view: View) -> View:
    """Return the view of the briefing before that of the view's moment, as known then."""
    cutoff = issue_at(view.store, view.at).previous
    return replace(view, at=cutoff, known_at=cutoff)


# Areas, and which ledgers are kept


@fact()
def areas(view: View) -> pd.DataFrame:
    """Return the area of the view and all under it, by id: ``name, level, parent_id, population, households``."""
    frame = pd.DataFrame(view.layer("areas").drop(columns="geometry")).set_index("id")
    return frame[["name", "level", "parent_id", "population", "households"]]


@fact()
def households_stated(view: View) -> int | None:
    """Return how many households the area, or all areas in view, are said to have: by each description, else by those under it.

    None where that is not said of every part.
    """
    found = areas(view)
    under = found.groupby("parent_id").groups

    def of(area: str) -> float | None:
        own = found["households"].get(area)
        if own is not None and pd.notna(own):
            return float(own)
        parts = [of(str(part)) for part in under.get(area, ()) if part != area]
        return None if not parts or any(part is None for part in parts) else sum(part for part in parts if part is not None)

    tops = [view.area] if view.area is not None else [str(i) for i in found.index[~found["parent_id"].isin(found.index)]]
    told = [of(str(top)) for top in tops]
    return None if not told or any(part is None for part in told) else int(sum(part for part in told if part is not None))


@fact()
def all_areas(view: View) -> gpd.GeoDataFrame:
    """Return every area that the viewer sees."""
    return view.whole.recorded("areas")


@fact()
def kept(view: View) -> frozenset[str]:
    """Return the ledgers in which anything was ever recorded in the area (``list_kept_ledgers``)."""
    return frozenset(view.run("list_kept_ledgers")["name"])


@fact()
def kept_anywhere(view: View) -> frozenset[str]:
    """Return the ledgers that the workspace keeps at all. That one is kept is no secret of the areas out of view."""
    return frozenset(view.store.run("list_kept_ledgers", SYSTEM, at=view.at, known_at=view.known_at)["name"])


# People


@fact()
def _unit(view: View) -> str | None:
    """Return the area whose units answer for the view's: of a grid the unit in which it lies."""
    return reporting_area(View(view.store, SYSTEM, at=view.at, known_at=view.known_at, area=view.area))


@fact()
def isolation_kept(view: View) -> bool:
    """Tell whether a count of nobody is one: somebody was entered in these units, or each of them has confirmed reports."""
    if "isolation" in kept(view):
        return True
    when: dict[str, Any] = {"at": view.at, "known_at": view.known_at, "area": _unit(view)}
    if "isolation" in set(view.store.run("list_kept_ledgers", SYSTEM, **when)["name"]):
        return True
    reporting = set(view.store.run("select_reporting_units", SYSTEM, **when)["unit_id"])
    return bool(reporting) and reporting <= set(view.store.run("select_submissions", SYSTEM, **when)["unit_id"])


@fact()
def _episodes(view: View) -> pd.DataFrame:
    return view.run("count_episodes", start=view.at - DAY)


@fact()
def episodes(view: View) -> pd.Series | None:
    """Return the isolation episodes counted by state, and those new within the day (``count_episodes``)."""
    found = _episodes(view)
    return found[found["whole"]].iloc[0] if isolation_kept(view) else None


@fact()
def chain(view: View) -> dict[str, int] | None:
    """Return what leads from the isolations of a day before, as known then, to those of the cut-off (``report_chain.CHAIN``)."""
    if not isolation_kept(view):
        return None
    known = view.known_at or EVERYTHING_KNOWN
    return report_chain.between(view.store, view.viewer, area=view.area, start=view.at - DAY, at=view.at, known=known)


@fact()
def outside_units(view: View) -> int | None:
    """Return how many episodes lie in the area, but in no unit that reports."""
    if not isolation_kept(view):
        return None
    found = _episodes(view)
    reporting = view.store.run("select_reporting_units", SYSTEM, at=view.at, known_at=view.known_at)
    outside = ~found["whole"] & ~found["area_id"].isin(reporting["area_id"])
    return int(found.loc[outside, "cumulative"].sum())


@fact()
def readings(view: View) -> pd.DataFrame | None:
    """Return the readings of the day up to the cut-off by area: ``taken, expected, missed, due`` (``count_readings``)."""
    if not isolation_kept(view) or "readings" not in kept_anywhere(view):
        return None
    slots = reading_slots(view.store, start=view.at - DAY, at=view.at)
    return view.run("count_readings", start=view.at - DAY, **slots.bound()).set_index("area_id")


@fact()
def measured(view: View) -> pd.Series | None:
    """Return how many are under observation, and of how many of them a reading was taken in the last day (``count_measured``)."""
    if not isolation_kept(view) or "readings" not in kept_anywhere(view):
        return None
    found = view.run("count_measured", start=view.at - DAY, fever=FEVER)
    return found[["observing", "measured", "abnormal"]].sum()


@fact()
def stays(view: View) -> pd.DataFrame | None:
    """Return the isolation episodes as they stand, without who they are."""
    if not isolation_kept(view):
        return None
    found = isolation.episodes(view)
    return found[["episode_id", "area_id", "area_name", "state", "release_due"]]


@fact()
def cases(view: View) -> pd.DataFrame | None:
    """Return the confirmed cases, without who they are; None where no case was ever recorded."""
    if "cases" not in kept_anywhere(view):
        return None
    return risk_cases.cases(view)[["case_id", "area_id", "area_name", "cluster", "confirmed_at"]]


@fact()
def risk(view: View) -> pd.DataFrame | None:
    """Return the risk levels by area id; None where they rest on nothing: no case was ever recorded, and no level ordered."""
    found = view.risk.set_index("id")
    return found if "cases" in kept_anywhere(view) or bool(found["ordered"].any()) else None


def at_level(view: View, level: str, tier: str = "unit") -> int | None:
    """Return how many areas of a tier (``ledgers.risk.levels.TIERS``) stand at a level; None where the levels rest on nothing."""
    found = risk(view)
    of = None if found is None else found.loc[found["area_level"].isin(TIERS[tier]), "level"]
    return None if of is None or of.empty else int((of == level).sum())


@fact()
def staff(view: View) -> pd.DataFrame:
    """Return the people needed and there at the checkpoints in force, by class of post (``duty.staffing``)."""
    return duty.staffing(view)


@fact()
def followed(view: View) -> pd.Series | None:
    """Return the category of each key person who is followed."""
    screened = "visits" in kept(view) and "persons" in kept_anywhere(view)
    if not screened and "persons" not in kept(view):
        return None
    return persons.persons(view)["category"]


@fact()
def screened(view: View) -> pd.DataFrame | None:
    """Return how far screening has come by grid and building (``count_screening``); None without households, or without any visit."""
    return view.screening.places if "households" in kept(view) and "visits" in kept_anywhere(view) else None


@fact()
def doors(view: View) -> pd.DataFrame | None:
    """Return the doors to visit now."""
    return None if screened(view) is None else view.due.visits


@fact()
def by_area(view: View) -> dict[str, pd.Series]:
    """Return what is to do where, by the area that a record names: ``unreached``, ``doors``, ``missed`` and ``due`` readings, ``alarms``.

    Each counts by area id, the most first; what nothing backs is left out.
    """
    found: dict[str, pd.Series] = {}
    places, waiting, taken = screened(view), doors(view), readings(view)
    if places is not None:
        found["unreached"] = places.groupby("area_id")["open"].sum()
    if waiting is not None:
        found["doors"] = waiting.groupby("area_id").size()
    if taken is not None:
        found |= {"missed": taken["missed"], "due": taken["due"], "alarms": view.due.alarms.groupby("area_id").size()}
    return {name: of.sort_index().sort_values(ascending=False, kind="stable") for name, of in found.items()}


@fact()
def report(view: View) -> daily_report.Daily | None:
    """Return the daily report of the last cut-off; None where nothing in view reports."""
    day = latest_period(view.store, view.at).date
    try:
        found = daily_report.daily(view, day)
    except NotFound:
        return None
    return found if len(found.units) else None


# Posts


@fact()
def gaps(view: View) -> pd.DataFrame | None:
    """Return the hours of the next day that nobody covers: ``layer, subject_id, name, starts_at, ends_at, why, hours``.

    None where no roster is kept at all: then nobody knows who stands where.
    """
    if "rosters" not in kept_anywhere(view) or not {"entrances", "checkpoints"} & kept(view):
        return None
    end = view.at + DAY
    parts = [duty.uncovered_hours(view, layer=name, start=view.at, end=end).assign(layer=name) for name in duty.SUBJECTS]
    found = pd.concat(parts, ignore_index=True)
    hours = (found["ends_at"] - found["starts_at"]).dt.total_seconds() / 3600
    return found.assign(hours=hours).sort_values(["starts_at", "layer", "subject_id"], ignore_index=True)


@fact()
def passes(view: View) -> pd.Series | None:
    """Return the passes of all areas together (``count_passes``)."""
    if "passes" not in kept(view):
        return None
    return view.run("count_passes")[["stock", "issued", "returned", "revoked", "in_hand", "remaining"]].sum()


# Upkeep


@fact()
def rounds(view: View) -> pd.DataFrame | None:
    """Return the places that are disinfected, each with its last round; None where no round was ever recorded anywhere."""
    return environment.rounds(view) if "disinfection" in kept_anywhere(view) else None


@fact()
def stock(view: View) -> pd.DataFrame | None:
    """Return the stock of each item over all areas, by item; of one kept in several measures, one for each of them."""
    return supplies.totals(view.stock) if "supplies" in kept(view) else None


@fact()
def scarce(view: View) -> pd.DataFrame | None:
    """Return the stocks, of an item in an area each, that last no more than ``supplies.SCARCE_DAYS``, the scarcest first.

    None where nothing says so of any: no use is known, and nothing is used up.
    """
    if "supplies" not in kept(view):
        return None
    found = view.stock
    return found[found["scarce"]].reset_index(drop=True) if found["days_left"].notna().any() else None


@fact()
def miscounted(view: View) -> pd.DataFrame | None:
    """Return the stocks of which more was used than was entered: what is there is not known."""
    return view.stock[view.stock["doubt"].eq("below_zero")] if "supplies" in kept(view) else None


@fact()
def outreach(view: View) -> pd.Series | None:
    """Return what was handed out, hung up and broadcast."""
    if "outreach" not in kept(view):
        return None
    return environment.outreach_totals(view)[["leaflet", "banner", "broadcast"]].sum()


@fact()
def measures(view: View) -> pd.DataFrame | None:
    """Return the measures in force: those of the area, of areas in it, and of those above it that are in view, latest first.

    None where none was ever ordered.
    """
    found = environment.measures(view)
    return None if found.empty else found[found["status"].eq("active")].reset_index(drop=True)


@fact()
def findings(view: View) -> pd.DataFrame | None:
    """Return the findings of inspections as they stand."""
    return environment.findings(view) if "inspections" in kept(view) else None


@fact()
def registered(view: View) -> pd.DataFrame | None:
    """Return the social units."""
    return units.units(view) if "units" in kept(view) else None


@fact()
def checks_due(view: View) -> pd.DataFrame | None:
    """Return the units to check by the day of the cut-off; those of an earlier day are ``overdue``."""
    if "units" not in kept(view):
        return None
    found = units.checks_due(view)
    return found.assign(overdue=found["days_over"] > 0)


def since(moments: pd.Series, start: datetime) -> pd.Series:
    """Tell which moments lie after another; a missing one does not."""
    return pd.to_datetime(moments, utc=True) > pd.Timestamp(start)
