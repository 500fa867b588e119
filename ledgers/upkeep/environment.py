"""Environment: disinfection rounds, tips and what became of them, outreach, dated measures, findings of inspections."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from errors import N_, InputError, NotFound
from ledgers.entry_checks import code, happened, text, whole
from ledgers.setting import Setting
from ledgers.upkeep.units import rule_of, trade_rules
from queries.events import Viewer, new_id
from queries.store import Store
from queries.view import View, fact

PLACE_LAYERS = ("buildings", "venues", "units")
# Hours between two rounds; units follow the rule of their trade.
DISINFECTION_HOURS = {"buildings": 24, "venues": 24}
# The next state of a tip: it is looked into, then closed with its outcome.
TIP_STEPS: dict[str, tuple[str, ...]] = {
    "received": ("verified", "unfounded"),
    "verified": ("closed",),
    "unfounded": ("closed",),
    "closed": (),
}
OUTREACH = ("leaflet", "banner", "broadcast", "other")
PIECES = range(1, 100_000_000)


# Disinfection


def disinfect(
    store: Store,
    viewer: Viewer,
    layer: str,
    place_ids: Sequence[str],
    *,
    done_by: str,
    part: str = "",
    agent: str = "",
    note: str = "",
    effective_at: datetime | str | None = None,
) -> list[str]:
    """Record a round at places of one layer (buildings, venues, units); return the event ids.

    Raises
    ------
    InputError
        When nothing is chosen, or nobody is named who did it.
    NotFound
        When a place is not there, or not in view.
    """
    moment = happened(store, effective_at)
    code(layer, PLACE_LAYERS)
    wanted = list(dict.fromkeys(place_ids))
    if not wanted:
        raise InputError("Choose at least one; nothing was selected.")
    if text(done_by) is None:
        raise InputError("Write who disinfected.")
    places = store.run("select_disinfection", viewer, at=moment)
    areas = places[places["place_layer"] == layer].set_index("place_id")["area_id"]
    if missing := [place for place in wanted if place not in areas.index]:
        raise NotFound("There is no such place here: {names}.", names=", ".join(missing[:5]))
    told = {"part": text(part), "agent": text(agent), "done_by": text(done_by), "note": text(note), "effective_at": moment}
    rows = pd.DataFrame({"place_layer": layer, "place_id": wanted, "area_id": areas[wanted].to_list()}).assign(**told)
    return store.append(viewer, {"disinfection": rows})


@fact(kept=16)
def rounds(view: View) -> pd.DataFrame:
    """Return each place that is disinfected with its last round.

    Returns
    -------
    DataFrame
        ``place_layer, place_id, name, area_id, area_name``; of the last round ``done_at, part, agent, done_by, note``; ``hours`` (the
        interval), ``due_at`` and ``state``: ``fresh``, ``overdue``, or ``never`` recorded. The longest overdue first, ``never`` last.

    Raises
    ------
    InputError
        When the setting ``disinfection_hours`` is not a number of hours above zero for each layer.
    """
    found = view.run("select_disinfection")
    by_layer, rules = _intervals(view.store, view.at.date()), trade_rules(view.store, view.at.date())
    hours = [
        rule_of(rules, trade).disinfection_hours if layer == "units" else by_layer[layer]
        for layer, trade in zip(found["place_layer"], found["trade"], strict=True)
    ]
    due = pd.to_datetime(found["done_at"]) + pd.to_timedelta(np.array(hours, dtype="float64"), unit="h")
    state = np.select([due.isna(), (due <= view.at).fillna(False)], ["never", "overdue"], "fresh")
    return found.assign(hours=hours, due_at=due, state=state).drop(columns="trade")


def _intervals(store: Store, day: date) -> dict[str, float]:
    return _by_layer(DISINFECTION.on(store, day))


def _by_layer(given: Any) -> dict[str, float]:
    try:
        hours = {**DISINFECTION_HOURS, **{str(layer): float(value) for layer, value in given.items()}}
        if not all(0 < value <= 24 * 366 for value in hours.values()):
            raise ValueError
    except (AttributeError, TypeError, ValueError):
        raise InputError("The setting disinfection_hours must give the hours between two rounds, above zero, for each layer.") from None
    return hours


DISINFECTION = Setting(
    "disinfection_hours",
    N_("hours between two rounds of disinfection, by layer"),
    DISINFECTION_HOURS,
    dated=True,
    partial=True,
    check=_by_layer,
)


# Tips


def take_tip(
    store: Store,
    viewer: Viewer,
    area_id: str,
    *,
    content: str,
    kind: str = "",
    reporter: str = "",
    phone: str = "",
    effective_at: datetime | str | None = None,
) -> tuple[str, list[str]]:
    """Take a tip down, a banquet say; return its id and the event ids. Raises InputError when it says nothing."""
    store.scope(viewer, area_id)
    if text(content) is None:
        raise InputError("Write what the tip says.")
    tip_id = new_id()
    row: dict[str, Any] = {"tip_id": tip_id, "area_id": area_id, "kind": text(kind), "content": text(content), "reporter": text(reporter)}
    row |= {"phone": text(phone), "status": "received", "effective_at": happened(store, effective_at)}
    return tip_id, store.append(viewer, {"tip": pd.DataFrame([row])})


def settle_tip(
    store: Store,
    viewer: Viewer,
    tip_id: str,
    *,
    status: str,
    handled_by: str,
    outcome: str = "",
    effective_at: datetime | str | None = None,
) -> list[str]:
    """Take a tip one step further: verified or unfounded, then closed with its outcome; return the event ids.

    Raises
    ------
    InputError
        When the step is none of those that follow, nobody is named who handled it, or it is closed without an outcome.
    NotFound
        When there is no such tip in view.
    """
    moment = happened(store, effective_at)
    with store.writing():
        standing = _standing(tips(View(store, viewer)), "tip_id", tip_id, N_("There is no tip {subject} here."))
        if status not in TIP_STEPS[standing["status"]]:
            raise InputError("A tip that is {before} cannot become {status}.", before=standing["status"], status=repr(status))
        if text(handled_by) is None:
            raise InputError("Write who handled the tip.")
        said = text(outcome) or text(standing["outcome"])
        if status == "closed" and said is None:
            raise InputError("A tip is closed with its outcome; write what came of it.")
        _check_after(moment, standing["since"])
        kept = {name: standing[name] for name in ("area_id", "kind", "content", "reporter", "phone")}
        row = {**kept, "tip_id": tip_id, "status": status, "outcome": said, "handled_by": text(handled_by), "effective_at": moment}
        return store.append(viewer, {"tip": pd.DataFrame([row])})


@fact(kept=16)
def tips(view: View) -> pd.DataFrame:
    """Return the tips as they stand, latest first."""
    return view.run("select_tips")


# Outreach


def hand_out(
    store: Store, viewer: Viewer, area_id: str, *, kind: str, quantity: int, note: str = "", effective_at: datetime | str | None = None
) -> list[str]:
    """Record leaflets handed out, banners hung, broadcasts made; return the event ids.

    Raises InputError for a kind that is none of :data:`OUTREACH`, or a quantity that is not above zero.
    """
    moment = happened(store, effective_at)
    store.scope(viewer, area_id)
    row = {"area_id": area_id, "kind": code(kind, OUTREACH), "quantity": whole(quantity, PIECES, "quantity"), "note": text(note)}
    return store.append(viewer, {"outreach": pd.DataFrame([{**row, "effective_at": moment}])})


@fact(kept=16)
def outreach_totals(view: View) -> pd.DataFrame:
    """Return what was handed out, by reporting unit: ``unit_id, unit_name, leaflet, banner, broadcast, other, last_at``."""
    return view.run("count_outreach")


# Measures


def order_measure(
    store: Store,
    viewer: Viewer,
    area_id: str,
    *,
    title: str,
    ordered_by: str,
    content: str = "",
    effective_at: datetime | str | None = None,
) -> tuple[str, list[str]]:
    """Order a measure from a moment on, which may be to come; return its id and the event ids.

    Raises InputError without a title or who ordered it.
    """
    store.scope(viewer, area_id)
    if text(title) is None or text(ordered_by) is None:
        raise InputError("Write what the measure is called and who ordered it.")
    measure_id = new_id()
    row: dict[str, Any] = {"measure_id": measure_id, "area_id": area_id, "title": text(title), "content": text(content), "status": "active"}
    row |= {"ordered_by": text(ordered_by), "effective_at": store.moment(effective_at)}
    return measure_id, store.append(viewer, {"measure": pd.DataFrame([row])})


def end_measure(store: Store, viewer: Viewer, measure_id: str, *, ordered_by: str, effective_at: datetime | str | None = None) -> list[str]:
    """End a measure that is in force. Raises InputError when it is not, or nobody is named who ordered it; NotFound for an unknown one."""
    moment = store.moment(effective_at)
    if text(ordered_by) is None:
        raise InputError("Write who ordered the end of the measure.")
    with store.writing():
        standing = _standing(measures(View(store, viewer, at=moment)), "measure_id", measure_id, N_("There is no measure {subject} here."))
        if standing["status"] != "active":
            raise InputError("The measure {title} has ended already.", title=standing["title"])
        kept = {name: standing[name] for name in ("area_id", "title", "content")}
        row = {**kept, "measure_id": measure_id, "status": "ended", "ordered_by": text(ordered_by), "effective_at": moment}
        return store.append(viewer, {"measure": pd.DataFrame([row])})


@fact(kept=16)
def measures(view: View) -> pd.DataFrame:
    """Return the measures ordered up to a moment, latest first; ``status`` says which are in force then.

    Those of an area are its own, of areas in it, and of those above it that are in view: what the township orders holds in its villages.
    """
    found = view.whole.run("select_measures")
    if view.area is None:
        return found
    areas = view.whole.run("select_areas")
    parent = dict(zip(areas["id"], areas["parent_id"], strict=True))
    around, above = set(view.scope or (view.area,)), parent.get(view.area)
    while isinstance(above, str) and above not in around:
        around.add(above)
        above = parent.get(above)
    return found[found["area_id"].isin(around)].reset_index(drop=True)


# Findings


def report_finding(
    store: Store,
    viewer: Viewer,
    area_id: str,
    *,
    subject: str,
    finding: str,
    inspector: str,
    effective_at: datetime | str | None = None,
) -> tuple[str, list[str]]:
    """Record what an inspection found; return its id and the event ids. Raises InputError when what, where or who is missing."""
    store.scope(viewer, area_id)
    if text(subject) is None or text(finding) is None or text(inspector) is None:
        raise InputError("Write what was inspected, what was found, and who inspected.")
    finding_id = new_id()
    row: dict[str, Any] = {
        "finding_id": finding_id,
        "area_id": area_id,
        "subject": text(subject),
        "finding": text(finding),
        "status": "open",
    }
    row |= {"inspector": text(inspector), "effective_at": happened(store, effective_at)}
    return finding_id, store.append(viewer, {"inspection": pd.DataFrame([row])})


def resolve_finding(
    store: Store, viewer: Viewer, finding_id: str, *, inspector: str, effective_at: datetime | str | None = None
) -> list[str]:
    """Record that a finding has been mended. Raises InputError when it was already, or nobody is named who saw it."""
    moment = happened(store, effective_at)
    if text(inspector) is None:
        raise InputError("Write who saw that it is mended.")
    with store.writing():
        standing = _standing(findings(View(store, viewer)), "finding_id", finding_id, N_("There is no finding {subject} here."))
        if standing["status"] != "open":
            raise InputError("This finding has been mended already.")
        _check_after(moment, standing["found_at"])
        kept = {name: standing[name] for name in ("area_id", "subject", "finding")}
        row = {**kept, "finding_id": finding_id, "status": "resolved", "inspector": text(inspector), "effective_at": moment}
        return store.append(viewer, {"inspection": pd.DataFrame([row])})


@fact(kept=16)
def findings(view: View) -> pd.DataFrame:
    """Return the findings as they stand, open ones first, latest first."""
    return view.run("select_findings")


# Checks


def _standing(found: pd.DataFrame, column: str, subject: str, unknown: str) -> dict[str, Any]:
    row = found[found[column] == subject]
    if row.empty:
        raise NotFound(unknown, subject=repr(subject))
    return {str(name): value for name, value in row.iloc[0].items()}


def _check_after(moment: datetime, before: datetime) -> None:
    if moment < before:
        raise InputError("{moment} is before what is recorded already.", moment=f"{moment:%Y-%m-%d %H:%M}")
