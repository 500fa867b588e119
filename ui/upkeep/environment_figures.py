"""The headline figures of units and environment, of the moment and area in view."""

from __future__ import annotations

import pandas as pd

from ledgers.upkeep import units
from ui.shell import cache
from ui.shell.figures import printed, some
from ui.shell.tiles import Tile, tiles
from ui.shell.words import _, number, plain


def environment_figures() -> None:
    """Draw the figures; each opens its section."""
    tiles([_units(), _checks(), _rounds(), _tips(), _stock(), _findings(), _measures()])


def _tile(query: str, name: str, label: str, told: str, tab: str, *, problem: bool | None = None) -> Tile:
    """Return an indicator as a tile that knows of how many it was asked; it is a problem where there are some, unless told otherwise."""
    return Tile(name, label, printed(query), told, some(query) if problem is None else problem, tab, cache.evidence(query)[query])


def _units() -> Tile:
    counted = units.counted(cache.surroundings("units"), cache.surroundings("checks_due"))
    told = _("of {total} · {unsigned} not signed").format(total=number(counted["units"]), unsigned=number(counted["unsigned"]))
    return Tile("units", _("Units resumed"), printed("units.resumed"), told, tab="units")


def _checks() -> Tile:
    told = _("{n} of them rechecks").format(n=printed("units.rechecks_due"))
    return _tile("units.checks_due", "checks", _("Checks due"), told, "checks", problem=some("units.rechecks_due"))


def _rounds() -> Tile:
    counts = cache.surroundings("rounds")["state"].value_counts()
    told = _("of {total} · {never} without any round").format(total=number(counts.sum()), never=number(counts.get("never", 0)))
    return _tile("disinfection.overdue", "rounds", _("Disinfection overdue"), told, "disinfection")


def _tips() -> Tile:
    found = cache.surroundings("tips")
    waiting = int(found["status"].ne("closed").sum())
    new = int(found["status"].eq("received").sum())
    told = _("of {total} · {n} not looked into").format(total=number(len(found)), n=number(new))
    return Tile("tips", _("Tips not closed"), number(waiting), told, problem=new > 0, tab="tips")


def _stock() -> Tile:
    told = _scarcest(cache.surroundings("stock"))
    if some("supplies.miscounted"):
        told += " · " + _("{n} to be counted anew").format(n=printed("supplies.miscounted"))
    return _tile("supplies.scarce", "stock", _("Short of supplies"), told, "supplies")


def _scarcest(found: pd.DataFrame) -> str:
    known = found.dropna(subset="days_left")
    if known.empty:
        return _("use unknown")
    least = known.sort_values(["days_left", "item"], kind="stable").iloc[0]
    return _("least: {item}, {area}: {days} days").format(
        item=plain(least["item"]), area=plain(str(least["area_name"])), days=f"{least['days_left']:.1f}"
    )


def _findings() -> Tile:
    found = cache.surroundings("findings")
    told = _("of {total}").format(total=number(len(found)))
    return _tile("findings.open", "findings", _("Findings to mend"), told, "findings")


def _measures() -> Tile:
    found = cache.surroundings("measures")
    told = _("of {total}").format(total=number(len(found)))
    return Tile("measures", _("Measures in force"), printed("measures.active"), told, tab="measures")
