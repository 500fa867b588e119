"""Supplies 物资: what is in stock by area and item, and for how many days it lasts at present use."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd

from errors import N_, InputError
from ledgers.entry_checks import code, happened, text
from ledgers.rules import Fault, Rule, faults
from queries.events import Viewer
from queries.store import Store
from queries.view import View, fact

ACTIONS = ("receive", "use", "count")
# Present use is the mean of the days with entries among the last so many, today being one of them.
USE_DAYS = 7
# Of fewer days than these no rate is made: what was used on a day or two says nothing of the next.
LEAST_DAYS = 3
# What lasts no more than so many days is scarce.
SCARCE_DAYS = 2.0
# Why a stock, or how long it lasts, is not known: more was used than was entered; used on fewer than LEAST_DAYS days.
DOUBTS = {
    "below_zero": N_("more used than entered: count anew"),
    "few_days": N_("used on fewer than 3 days of the last 7"),
}
MOST = 1e9

# Of the columns of ``check_moves``.
RULES: tuple[Rule, ...] = (
    Rule(
        "quantity",
        lambda m: ~m["quantity"].between(0, MOST) | (m["quantity"].eq(0) & m["action"].ne("count")),
        lambda row: InputError("Give a quantity above zero, not {quantity}.", quantity=f"{row.quantity:g}"),
    ),
    Rule(
        "measure_unit",
        lambda m: m["measure_unit"].notna() & m["kept_in"].notna() & m["measure_unit"].ne(m["kept_in"]),
        lambda row: InputError(
            "{item} is kept in {before} here, not in {given}.", item=row.item, before=row.kept_in, given=row.measure_unit
        ),
    ),
)


def check_moves(moves: pd.DataFrame) -> dict[int, Fault]:
    """Return what is wrong with movements of stock, by position: of each the first rule that it breaks.

    ``moves`` has ``item, action, quantity, measure_unit`` and ``kept_in``, the unit of measure of the item there (missing where there is
    none yet). Whether more is used than there is left is not among them: the rows of a workbook come in any order, and what
    was in stock before the first of them is often in no row.
    """
    return faults(moves.assign(quantity=pd.to_numeric(moves["quantity"])), RULES)


def move(
    store: Store,
    viewer: Viewer,
    area_id: str,
    item: str,
    *,
    action: str,
    quantity: float,
    measure_unit: str = "",
    note: str = "",
    effective_at: datetime | str | None = None,
) -> list[str]:
    """Record that an item was received, used, or counted (which sets the stock anew); return the event ids.

    Raises
    ------
    InputError
        When the item has no name, or another unit of measure than before; when the quantity is not above zero (a count may be zero);
        when more is used than there is.
    NotFound
        When there is no such area in view.
    """
    moment = happened(store, effective_at)
    store.scope(viewer, area_id)
    called, measure = text(item), text(measure_unit)
    if called is None:
        raise InputError("Write which item it is.")
    code(action, ACTIONS)
    with store.writing():
        standing = _counted(View(store, viewer, at=moment))
        here = standing[(standing["area_id"] == area_id) & (standing["item"] == called)]
        before = text(here["measure_unit"].iloc[0]) if len(here) else None
        row = {"area_id": area_id, "item": called, "action": action, "quantity": float(quantity), "measure_unit": measure}
        for fault in check_moves(pd.DataFrame([{**row, "kept_in": before}])).values():
            raise fault.error
        left = float(here["stock"].sum())
        if action == "use" and left < 0:
            raise InputError("More of {item} was used here than was entered; record what came in, or count again.", item=called)
        if action == "use" and quantity > left:
            raise InputError(
                "There are {left} of {item} left, not {quantity}; record what came in, or count again.",
                left=f"{left:g}",
                item=called,
                quantity=f"{quantity:g}",
            )
        said = {**row, "measure_unit": measure or before, "note": text(note), "effective_at": moment}
        return store.append(viewer, {"supply_event": pd.DataFrame([said])})


@fact(kept=16)
def stock(view: View) -> pd.DataFrame:
    """Return the stock of each item in each area.

    Returns
    -------
    DataFrame
        ``area_id, area_name, item, measure_unit, stock`` (the last count, plus received, less used since; missing where that is below
        zero, which no stock is), ``counted_at, last_at``, ``use_a_day`` (the mean of the days with entries among the last
        :data:`USE_DAYS`; missing with fewer than :data:`LEAST_DAYS` of them), ``days_left`` (0 of what is used up; missing where stock or
        use is unknown), ``scarce`` (no more than :data:`SCARCE_DAYS` left) and ``doubt`` (a key of :data:`DOUBTS`, or missing); those to
        be counted anew first, then the scarcest.
    """
    found = _counted(view)
    balance, used = found["stock"].astype("float64"), found["used"].astype("float64")
    below, few = balance < 0, (used > 0) & (found["days_used"] < LEAST_DAYS)
    rate = (used / found["days_used"].where(found["days_used"] > 0)).where((used > 0) & ~few)
    doubt = pd.Series(np.select([below, few], ["below_zero", "few_days"], ""), index=found.index, dtype="object").replace("", None)
    return _judged(found.assign(stock=balance.mask(below), use_a_day=rate, doubt=doubt))


def totals(found: pd.DataFrame) -> pd.DataFrame:
    """Return stock, use and days left of each item over all areas of a frame of :func:`stock`.

    An area whose stock is not known is not in the sum: ``unknown`` counts those, and where there are any, or the use of an area that has
    some is not known, neither is how long all of it lasts.
    """
    told = found.assign(unknown=found["stock"].isna(), unsure=found["stock"].isna() | (found["use_a_day"].isna() & (found["stock"] > 0)))
    grouped = told.groupby(["item", "measure_unit"], dropna=False, as_index=False)
    summed = grouped.agg(
        stock=("stock", lambda known: known.sum(min_count=1)),
        use_a_day=("use_a_day", lambda use: use.sum(min_count=1)),
        areas=("area_id", "nunique"),
        unknown=("unknown", "sum"),
        unsure=("unsure", "any"),
    )
    doubt = pd.Series(np.where(summed["unknown"] > 0, "below_zero", ""), index=summed.index, dtype="object").replace("", None)
    return _judged(summed.assign(use_a_day=summed["use_a_day"].mask(summed["unsure"]), doubt=doubt).drop(columns="unsure"))


def _counted(view: View) -> pd.DataFrame:
    """Return what the entries of each item in each area come to (``count_supplies``), below zero where more was used than entered."""
    return view.run("count_supplies", zone=str(view.store.time_zone), days=USE_DAYS)


def _judged(found: pd.DataFrame) -> pd.DataFrame:
    """Return how long each stock lasts: what is used up lasts no longer, whatever its use."""
    days = (found["stock"] / found["use_a_day"]).mask(found["stock"] == 0, 0.0)
    judged = found.assign(days_left=days, scarce=days <= SCARCE_DAYS)
    order = judged.assign(first=judged["doubt"].ne("below_zero")).sort_values(["first", "days_left", "item"], na_position="last").index
    return judged.loc[order].reset_index(drop=True)
