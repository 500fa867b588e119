"""Orders of risk levels: what an authority decides over the rule, with who, why and until when; the latest order of an area counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pandas as pd

from errors import InputError, NotFound
from ledgers.risk_rules import LEVELS
from queries.events import Viewer
from queries.store import Store

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
    return _append(store, viewer, chosen, level, ends, ordered_by=ordered_by, reason=reason, begins=begins)


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
        standing = in_force(store, viewer, at=begins)
        if free := [area for area in chosen if area not in set(standing["area_id"])]:
            raise InputError("No level is ordered for {areas}; there is nothing to lift.", areas=", ".join(map(repr, free[:_NAMED])))
        return _append(store, viewer, chosen, None, None, ordered_by=ordered_by, reason=reason, begins=begins)


def in_force(store: Store, viewer: Viewer, *, at: datetime | str | None = None, area: str | None = None) -> pd.DataFrame:
    """Return the orders that hold at a moment: ``area_id, level, until, ordered_by, reason, effective_at, recorded_by, event_id``."""
    moment = store.moment(at)
    latest = store.run("select_risk_orders", viewer, at=moment, area=area).drop_duplicates("area_id", keep="last")
    return latest[latest["level"].notna() & ~(latest["until"] <= moment)].reset_index(drop=True)


def _append(
    store: Store,
    viewer: Viewer,
    areas: Sequence[str],
    level: str | None,
    until: datetime | None,
    *,
    ordered_by: str,
    reason: str,
    begins: datetime,
) -> list[str]:
    if not ordered_by.strip() or not reason.strip():
        raise InputError("Say who ordered it, and why.")
    if not areas:
        raise InputError("Choose at least one; nothing was selected.")
    known = set(store.run("select_areas", viewer, at=begins)["id"])
    if missing := [area for area in areas if area not in known]:
        raise NotFound("There is no area {area} here; see the areas layer for the ids.", area=", ".join(map(repr, missing[:_NAMED])))
    row = {"level": level, "until": until, "ordered_by": ordered_by.strip(), "reason": reason.strip(), "effective_at": begins}
    return store.append(viewer, {"risk_order": pd.DataFrame([{"area_id": area, **row} for area in areas])})


def _clock(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
