"""Orders of risk levels: what an authority decides over the rule, with who, why and until when; the latest order of an area counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pandas as pd

from errors import InputError, NotFound
from ledgers.areas import References
from ledgers.risk.rules import LEVELS
from queries.events import Viewer
from queries.store import Store
from queries.view import View

# How lists name the levels; the official ones of 2020 to 2022, and ours.
LISTED = {"低风险": "low", "中风险": "medium", "高风险": "high", **{level: level for level in LEVELS}}
_NAMED = 5


def order_level(
    store: Store,
    viewer: Viewer,
    areas: str | Sequence[str],
    level: str,
    *,
    ordered_by: str,
    reason: str,
    until: datetime | str | None = None,
    effective_at: datetime | str | None = None,
) -> list[str]:
    """Order the level of one area or many, from a moment (None: now) until another (None: until another order); return the event ids.

    Raises
    ------
    InputError
        When there is no such level, who ordered it or why is missing, no area is given, or it would end before it begins.
    NotFound
        When there is no such area in view.
    """
    if level not in LEVELS:
        raise InputError("{level} is no risk level; choose one of: {choices}.", level=repr(level), choices=", ".join(LEVELS))
    begins, ends = store.moment(effective_at), store.moment(until) if until else None
    if ends is not None and ends <= begins:
        raise InputError("The order would end ({end}) before it begins ({start}).", end=_clock(ends), start=_clock(begins))
    chosen = [areas] if isinstance(areas, str) else list(dict.fromkeys(areas))
    orders = pd.DataFrame([{"area_id": area, "level": level, "until": ends} for area in chosen])
    return _append(store, viewer, orders, ordered_by=ordered_by, reason=reason, begins=begins)


def lift(
    store: Store,
    viewer: Viewer,
    areas: str | Sequence[str],
    *,
    ordered_by: str,
    reason: str,
    effective_at: datetime | str | None = None,
) -> list[str]:
    """Lift the ordered level of one area or many: from then on the rule alone speaks. Return the event ids.

    Raises
    ------
    InputError
        When an area is under no order then, or as :func:`order_level`.
    NotFound
        As :func:`order_level`.
    """
    begins = store.moment(effective_at)
    chosen = [areas] if isinstance(areas, str) else list(dict.fromkeys(areas))
    with store.writing():
        standing = in_force(View(store, viewer, at=begins))
        if free := [area for area in chosen if area not in set(standing["area_id"])]:
            raise InputError("No level is ordered for {areas}; there is nothing to lift.", areas=", ".join(map(repr, free[:_NAMED])))
        orders = pd.DataFrame([{"area_id": area, "level": None} for area in chosen])
        return _append(store, viewer, orders, ordered_by=ordered_by, reason=reason, begins=begins)


def order_listed(
    store: Store, viewer: Viewer, listed: pd.DataFrame, *, ordered_by: str, reason: str, effective_at: datetime | str | None = None
) -> tuple[list[str], pd.DataFrame]:
    """Order the levels of a list made elsewhere, such as an official list of risk areas, until another order.

    Parameters
    ----------
    listed
        ``area``, an id, division code or name of an area here, and ``level``, in the words of ``LISTED``. Where several rows mean one area
        the highest level counts.

    Returns
    -------
    tuple
        The event ids, and the rows that mean no area here: nothing was ordered for them.

    Raises
    ------
    InputError
        When a level is none, several areas here have a name of the list, or no row means an area here.
    """
    levels = listed["level"].map(LISTED)
    if levels.isna().any():
        wrong = listed.loc[levels.isna(), "level"].iloc[0]
        raise InputError("{level} is no risk level; choose one of: {choices}.", level=repr(wrong), choices=", ".join(LISTED))
    begins = store.moment(effective_at)
    known = References(store.run("select_areas", viewer, at=begins))
    found = {text: known.find(text) for text in listed["area"].unique()}
    rank = {level: n for n, level in enumerate(LEVELS)}
    rows = pd.DataFrame({"area_id": listed["area"].map(found), "level": levels, "rank": levels.map(rank)})
    highest = rows.dropna(subset="area_id").sort_values("rank").drop_duplicates("area_id", keep="last")
    event_ids = _append(store, viewer, highest[["area_id", "level"]], ordered_by=ordered_by, reason=reason, begins=begins)
    return event_ids, listed[rows["area_id"].isna()]


def in_force(view: View) -> pd.DataFrame:
    """Return the orders that hold at a moment: ``area_id, level, until, ordered_by, reason, effective_at, recorded_by, event_id``."""
    latest = view.run("select_risk_orders").drop_duplicates("area_id", keep="last")
    return latest[latest["level"].notna() & ~(latest["until"] <= view.at)].reset_index(drop=True)


def _append(store: Store, viewer: Viewer, orders: pd.DataFrame, *, ordered_by: str, reason: str, begins: datetime) -> list[str]:
    """Write orders, a row for each area: ``area_id, level`` and, where they end, ``until``."""
    if not ordered_by.strip() or not reason.strip():
        raise InputError("Say who ordered it, and why.")
    if orders.empty:
        raise InputError("Choose at least one; nothing was selected.")
    known = set(store.run("select_areas", viewer, at=begins)["id"])
    if missing := [area for area in orders["area_id"] if area not in known]:
        raise NotFound("There is no area {area} here; see the areas layer for the ids.", area=", ".join(map(repr, missing[:_NAMED])))
    return store.append(viewer, {"risk_order": orders.assign(ordered_by=ordered_by.strip(), reason=reason.strip(), effective_at=begins)})


def _clock(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
