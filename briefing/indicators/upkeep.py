"""Indicators of upkeep: disinfection, supplies, outreach, measures, social units, inspections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from briefing import facts
from briefing.indicators.base import Indicator, Value, amount
from briefing.view import View
from errors import mark

Ask = Callable[[View, str | None], Value]

PLACES, PIECES, MEASURES = mark("places"), mark("pieces"), mark("measures")
UNITS, FINDINGS, ITEMS, DAYS = mark("social units"), mark("findings"), mark("items"), mark("days")
ITEM = "item"


def item_key(item: Any, measure_unit: Any) -> str:
    """Return what ``of`` calls an item: its name and, since some are kept in several, its measure."""
    return str(item) if pd.isna(measure_unit) else f"{item}/{measure_unit}"


def _rounds(state: str | None) -> Ask:
    def ask(view: View, of: str | None) -> Value:
        found = facts.rounds(view)
        if found is None:
            return None
        return len(found) if state is None else int((found["state"] == state).sum())

    return ask


def _overdue_rounds(view: View, of: str | None) -> Value:
    """Count the places whose next round is overdue; one without any round has been due since it was listed."""
    found = facts.rounds(view)
    return None if found is None else int(found["state"].isin(("overdue", "never")).sum())


def _disinfected(view: View, of: str | None) -> Value:
    found = facts.rounds(view)
    return None if found is None else int(facts.since(found["done_at"], view.at - facts.DAY).sum())


def _stock(column: str) -> Ask:
    def ask(view: View, of: str | None) -> Value:
        found = facts.stock(view)
        if found is None:
            return None
        keys = [item_key(item, unit) for item, unit in zip(found["item"], found["measure_unit"], strict=True)]
        return next((amount(value) for key, value in zip(keys, found[column], strict=True) if key == of), None)

    return ask


def _scarce(view: View, of: str | None) -> Value:
    found = facts.scarce(view)
    return None if found is None else len(found)


def _miscounted(view: View, of: str | None) -> Value:
    found = facts.miscounted(view)
    return None if found is None else len(found)


def _left(view: View, of: str | None) -> Value:
    """Return the days that a stock of one area lasts: ``of`` is the area, a slash and the item."""
    if of is None or "supplies" not in facts.kept(view):
        return None
    keys = [
        f"{area}/{item_key(item, unit)}" for area, item, unit in view.stock[["area_id", "item", "measure_unit"]].itertuples(index=False)
    ]
    return next((amount(days) for key, days in zip(keys, view.stock["days_left"], strict=True) if key == of), None)


def _outreach(kind: str) -> Ask:
    def ask(view: View, of: str | None) -> Value:
        found = facts.outreach(view)
        return None if found is None else int(found[kind])

    return ask


def _measures(view: View, of: str | None) -> Value:
    found = facts.measures(view)
    return None if found is None else len(found)


def _units(count: Callable[[pd.DataFrame], pd.Series] | None) -> Ask:
    def ask(view: View, of: str | None) -> Value:
        found = facts.registered(view)
        if found is None:
            return None
        return len(found) if count is None else int(count(found).sum())

    return ask


def _checked(view: View, of: str | None) -> Value:
    found = facts.registered(view)
    if found is None or "checks" not in facts.kept(view):
        return None
    return int(facts.since(found["checked_at"], view.at - facts.DAY).sum())


def _due(why: str | None) -> Ask:
    def ask(view: View, of: str | None) -> Value:
        found = facts.checks_due(view)
        if found is None:
            return None
        return len(found) if why is None else int((found["check_why"] == why).sum())

    return ask


def _overdue(view: View, of: str | None) -> Value:
    found = facts.checks_due(view)
    return None if found is None else int(found["overdue"].sum())


def _open_findings(view: View, of: str | None) -> Value:
    found = facts.findings(view)
    return None if found is None else int((found["status"] == "open").sum())


_ROUNDS, _SUPPLIES, _OUTREACH, _UNITS = ("select_disinfection",), ("count_supplies",), ("count_outreach",), ("select_units",)

INDICATORS = (
    Indicator("disinfection.places", mark("places that are disinfected"), PLACES, _ROUNDS, _rounds(None)),
    Indicator("disinfection.done", mark("places disinfected in the 24 hours before the cut-off"), PLACES, _ROUNDS, _disinfected),
    Indicator(
        "disinfection.overdue",
        mark("places whose next disinfection is overdue, those without any round among them"),
        PLACES,
        _ROUNDS,
        _overdue_rounds,
    ),
    Indicator("disinfection.never", mark("places without any record of disinfection"), PLACES, _ROUNDS, _rounds("never")),
    Indicator("supplies.stock", mark("stock in all areas together"), ITEMS, _SUPPLIES, _stock("stock"), of=ITEM, form="amount"),
    Indicator(
        "supplies.days",
        mark("days that the stock lasts at the use of the last week"),
        DAYS,
        _SUPPLIES,
        _stock("days_left"),
        of=ITEM,
        form="amount",
    ),
    Indicator("supplies.scarce", mark("stocks that last no more than two days"), ITEMS, _SUPPLIES, _scarce),
    Indicator(
        "supplies.miscounted",
        mark("stocks of which more was used than was entered, so that nobody knows them"),
        ITEMS,
        _SUPPLIES,
        _miscounted,
    ),
    Indicator("supplies.left", mark("days that a stock of an area lasts"), DAYS, _SUPPLIES, _left, of=ITEM, form="amount"),
    Indicator("outreach.leaflets", mark("leaflets handed out"), PIECES, _OUTREACH, _outreach("leaflet")),
    Indicator("outreach.banners", mark("banners hung up"), PIECES, _OUTREACH, _outreach("banner")),
    Indicator("outreach.broadcasts", mark("broadcasts made"), mark("times"), _OUTREACH, _outreach("broadcast")),
    Indicator("measures.active", mark("measures in force"), MEASURES, ("select_measures",), _measures),
    Indicator("units.total", mark("social units registered"), UNITS, _UNITS, _units(None)),
    Indicator("units.resumed", mark("social units that have resumed work"), UNITS, _UNITS, _units(lambda found: found["resumed"].eq(True))),
    Indicator("units.checked", mark("social units checked in the 24 hours before the cut-off"), UNITS, _UNITS, _checked),
    Indicator("units.checks_due", mark("social units to check by the day of the cut-off"), UNITS, _UNITS, _due(None)),
    Indicator("units.checks_overdue", mark("social units that were to be checked before the day of the cut-off"), UNITS, _UNITS, _overdue),
    Indicator("units.rechecks_due", mark("social units to check again by the day of the cut-off"), UNITS, _UNITS, _due("recheck")),
    Indicator("findings.open", mark("findings of inspections not yet mended"), FINDINGS, ("select_findings",), _open_findings),
)
