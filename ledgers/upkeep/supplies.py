"""Supplies 物资: what is in stock by area and item, and for how many days it lasts at present use."""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from errors import InputError
from ledgers.entering import code, happened, text
from queries.events import Viewer
from queries.store import Store

ACTIONS = ("receive", "use", "count")
# Present use is the mean of the days with entries among the last so many, today being one of them.
USE_DAYS = 7
# With less than so many days left there is a warning.
SCARCE_DAYS = 2.0
MOST = 1e9


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
    if not (0 <= quantity <= MOST) or (quantity == 0 and action != "count"):
        raise InputError("Give a quantity above zero, not {quantity}.", quantity=f"{quantity:g}")
    with store.writing():
        standing = stock(store, viewer, at=moment)
        here = standing[(standing["area_id"] == area_id) & (standing["item"] == called)]
        before = text(here["measure_unit"].iloc[0]) if len(here) else None
        if measure and before and measure != before:
            raise InputError("{item} is kept in {before} here, not in {given}.", item=called, before=before, given=measure)
        left = float(here["stock"].sum())
        if action == "use" and quantity > left:
            raise InputError(
                "There are {left} of {item} left, not {quantity}; record what came in, or count again.",
                left=f"{left:g}",
                item=called,
                quantity=f"{quantity:g}",
            )
        row = {"area_id": area_id, "item": called, "action": action, "quantity": float(quantity), "measure_unit": measure or before}
        return store.append(viewer, {"supply_event": pd.DataFrame([{**row, "note": text(note), "effective_at": moment}])})


def stock(
    store: Store, viewer: Viewer, *, at: datetime | None = None, known_at: datetime | None = None, area: str | None = None
) -> pd.DataFrame:
    """Return the stock of each item in each area.

    Returns
    -------
    DataFrame
        ``area_id, area_name, item, measure_unit, stock`` (the last count, plus received, less used since), ``counted_at, last_at``,
        ``use_a_day`` (the mean of the days with entries among the last :data:`USE_DAYS`; missing where nothing was used),
        ``days_left`` (missing where the use is unknown) and ``scarce``; the scarcest first.
    """
    moment = store.moment(at)
    found = store.run("count_supplies", viewer, at=moment, known_at=known_at, area=area, zone=str(store.time_zone), days=USE_DAYS)
    return _lasting(found)


def totals(found: pd.DataFrame) -> pd.DataFrame:
    """Return stock, use and days left of each item over all areas of a frame of :func:`stock`."""
    grouped = found.groupby(["item", "measure_unit"], dropna=False, as_index=False)
    summed = grouped.agg(stock=("stock", "sum"), use_a_day=("use_a_day", lambda use: use.sum(min_count=1)), areas=("area_id", "nunique"))
    return _judged(summed)


def _lasting(found: pd.DataFrame) -> pd.DataFrame:
    used = found["used"].astype("float64")
    return _judged(found.assign(use_a_day=(used / found["days_used"].where(found["days_used"] > 0)).where(used > 0)))


def _judged(found: pd.DataFrame) -> pd.DataFrame:
    days = (found["stock"].astype("float64") / found["use_a_day"]).clip(lower=0)
    judged = found.assign(days_left=days, scarce=days < SCARCE_DAYS)
    return judged.sort_values(["days_left", "item"], na_position="last").reset_index(drop=True)
