"""The headline figures of units and environment, of the moment and area in view."""

from __future__ import annotations

import pandas as pd

from ledgers.evidence import Figure
from ledgers.upkeep import units
from ui import cache
from ui.tiles import Tile, tiles
from ui.words import _, number, plain


def environment_figures() -> None:
    """Draw the figures; each opens its section."""
    tiles([_units(), _checks(), _rounds(), _tips(), _stock(), _findings(), _measures()])


def _units() -> Tile:
    counted = units.counted(cache.surroundings("units"), cache.surroundings("checks_due"))
    told = _("of {total} · {unsigned} not signed").format(total=number(counted["units"]), unsigned=number(counted["unsigned"]))
    return Tile("units", _("Units resumed"), number(counted["resumed"]), told, tab="units")


def _checks() -> Tile:
    due = cache.surroundings("checks_due")
    again = int(due["check_why"].eq("recheck").sum())
    told = _("{n} of them rechecks").format(n=number(again))
    asked = cache.evidence("units.checks_overdue")["units.checks_overdue"]
    return Tile("checks", _("Checks due"), number(len(due)), told, again > 0, "checks", Figure.of(len(due), asked.coverage))


def _rounds() -> Tile:
    counts = cache.surroundings("rounds")["state"].value_counts()
    figure = cache.evidence("disinfection.overdue")["disinfection.overdue"]
    told = _("of {total} · {never} without any round").format(total=number(counts.sum()), never=number(counts.get("never", 0)))
    return Tile("rounds", _("Disinfection overdue"), number(figure.value or 0), told, bool(figure.value), "disinfection", figure)


def _tips() -> Tile:
    found = cache.surroundings("tips")
    waiting = int(found["status"].ne("closed").sum())
    new = int(found["status"].eq("received").sum())
    told = _("of {total} · {n} not looked into").format(total=number(len(found)), n=number(new))
    return Tile("tips", _("Tips not closed"), number(waiting), told, problem=new > 0, tab="tips")


def _stock() -> Tile:
    found = cache.surroundings("stock")
    scarce = found[found["scarce"]]
    asked = cache.evidence("supplies.scarce")["supplies.scarce"]
    figure = Figure.of(len(scarce), asked.coverage)
    return Tile("stock", _("Short of supplies"), number(len(scarce)), _scarcest(found), len(scarce) > 0, "supplies", figure)


def _scarcest(found: pd.DataFrame) -> str:
    known = found.dropna(subset="days_left")
    if known.empty:
        return _("use unknown")
    least = known.iloc[0]
    return _("least: {item}, {area}: {days} days").format(
        item=plain(least["item"]), area=plain(str(least["area_name"])), days=f"{least['days_left']:.1f}"
    )


def _findings() -> Tile:
    found = cache.surroundings("findings")
    still = int(found["status"].eq("open").sum())
    figure = Figure.of(still, cache.evidence("findings.open")["findings.open"].coverage)
    told = _("of {total}").format(total=number(len(found)))
    return Tile("findings", _("Findings to mend"), number(still), told, still > 0, "findings", figure)


def _measures() -> Tile:
    found = cache.surroundings("measures")
    active = int(found["status"].eq("active").sum())
    return Tile("measures", _("Measures in force"), number(active), _("of {total}").format(total=number(len(found))), tab="measures")
