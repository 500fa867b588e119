"""Indicators of upkeep: disinfection, supplies, outreach, measures, social units, inspections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from briefing import facts
from briefing.indicators.base import Indicator, Value, amount
from briefing.view import View
from errors import N_

Ask = Callable[[View, str | None], Value]

PLACES, PIECES, MEASURES = N_("places"), N_("pieces"), N_("measures")
UNITS, FINDINGS, ITEMS, DAYS = N_("social units"), N_("findings"), N_("items"), N_("days")
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
    Indicator("disinfection.places", N_("places that are disinfected"), PLACES, _ROUNDS, _rounds(None)),
    Indicator("disinfection.done", N_("places disinfected in the 24 hours before the cut-off"), PLACES, _ROUNDS, _disinfected),
    Indicator(
        "disinfection.overdue",
        N_("places whose next disinfection is overdue, those without any round among them"),
        PLACES,
        _ROUNDS,
        _overdue_rounds,
    ),
    Indicator("disinfection.never", N_("places without any record of disinfection"), PLACES, _ROUNDS, _rounds("never")),
    Indicator("supplies.stock", N_("stock in all areas together"), ITEMS, _SUPPLIES, _stock("stock"), of=ITEM, form="amount"),
    Indicator(
        "supplies.days",
        N_("days that the stock lasts at the use of the last week"),
        DAYS,
        _SUPPLIES,
        _stock("days_left"),
        of=ITEM,
        form="amount",
    ),
    Indicator("supplies.scarce", N_("stocks that last no more than two days"), ITEMS, _SUPPLIES, _scarce),
    Indicator(
        "supplies.miscounted",
        N_("stocks of which more was used than was entered, so that nobody knows them"),
        ITEMS,
        _SUPPLIES,
        _miscounted,
    ),
    Indicator("supplies.left", N_("days that a stock of an area lasts"), DAYS, _SUPPLIES, _left, of=ITEM, form="amount"),
    Indicator("outreach.leaflets", N_("leaflets handed out"), PIECES, _OUTREACH, _outreach("leaflet")),
    Indicator("outreach.banners", N_("banners hung up"), PIECES, _OUTREACH, _outreach("banner")),
    Indicator("outreach.broadcasts", N_("broadcasts made"), N_("times"), _OUTREACH, _outreach("broadcast")),
    Indicator("measures.active", N_("measures in force"), MEASURES, ("select_measures",), _measures),
    Indicator("units.total", N_("social units registered"), UNITS, _UNITS, _units(None)),
    Indicator("units.resumed", N_("social units that have resumed work"), UNITS, _UNITS, _units(lambda found: found["resumed"].eq(True))),
    Indicator("units.checked", N_("social units checked in the 24 hours before the cut-off"), UNITS, _UNITS, _checked),
    Indicator("units.checks_due", N_("social units to check by the day of the cut-off"), UNITS, _UNITS, _due(None)),
    Indicator("units.checks_overdue", N_("social units that were to be checked before the day of the cut-off"), UNITS, _UNITS, _overdue),
    Indicator("units.rechecks_due", N_("social units to check again by the day of the cut-off"), UNITS, _UNITS, _due("recheck")),
    Indicator("findings.open", N_("findings of inspections not yet mended"), FINDINGS, ("select_findings",), _open_findings),
)
