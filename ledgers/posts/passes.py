"""Passes 出入证: what an area has received, handed out and taken back, and the log at its gates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from errors import InputError, NotFound
from queries.events import Viewer
from queries.store import Store
from queries.view import View

# From this body temperature on (°C) a person is referred to a doctor, neither admitted nor sent away.
FEVER = 37.3
PLAUSIBLE = (34.0, 43.0)
DECISIONS = ("admit", "refuse", "refer")
DIRECTIONS = ("in", "out")


def receive(store: Store, viewer: Viewer, area_id: str, *, quantity: int, effective_at: datetime | str | None = None) -> list[str]:
    """Record that an area has received blank passes."""
    _check_area(store, viewer, area_id)
    _check_quantity(quantity)
    return _append(store, viewer, area_id, "stock", [{"quantity": quantity}], effective_at)


def issue(
    store: Store, viewer: Viewer, area_id: str, *, holders: Mapping[str, str], effective_at: datetime | str | None = None
) -> list[str]:
    """Hand out numbered passes: ``holders`` maps pass number to holder.

    Raises InputError when there are not so many left, when a number is in someone's hands or was revoked, or lacks a holder.
    """
    clean = {number.strip(): holder.strip() for number, holder in holders.items()}
    if not clean or "" in clean or len(clean) < len(holders):
        raise InputError("Give each pass its own number.")
    if "" in clean.values():
        raise InputError("Give the holder of each pass.")
    with store.writing():
        _check_stock(store, viewer, area_id, len(clean))
        held = _holdings(store, viewer, area_id)
        for number in clean:
            if number in held.index and held.loc[number, "action"] == "issue":
                raise InputError("Pass {number} is already in the hands of {holder}.", number=number, holder=held.loc[number, "holder"])
            if number in held.index and held.loc[number, "action"] == "revoke":
                raise InputError("Pass {number} was revoked; hand out another number.", number=number)
        rows = [{"pass_no": number, "holder": holder, "quantity": 1} for number, holder in clean.items()]
        return _append(store, viewer, area_id, "issue", rows, effective_at)


def issue_unnumbered(
    store: Store, viewer: Viewer, area_id: str, *, quantity: int, holder: str = "", effective_at: datetime | str | None = None
) -> list[str]:
    """Hand out a number of passes without writing down each, at a gate say."""
    _check_quantity(quantity)
    with store.writing():
        _check_stock(store, viewer, area_id, quantity)
        return _append(store, viewer, area_id, "issue", [{"quantity": quantity, "holder": holder.strip() or None}], effective_at)


def take_back(
    store: Store, viewer: Viewer, area_id: str, numbers: Sequence[str], *, effective_at: datetime | str | None = None
) -> list[str]:
    """Record that passes came back; they can be handed out again. Raises InputError for one that is in nobody's hands."""
    return _end(store, viewer, area_id, "return", numbers, effective_at)


def revoke(store: Store, viewer: Viewer, area_id: str, numbers: Sequence[str], *, effective_at: datetime | str | None = None) -> list[str]:
    """Make passes invalid for good, lost ones say. Raises InputError for one that is in nobody's hands."""
    return _end(store, viewer, area_id, "revoke", numbers, effective_at)


def _end(store: Store, viewer: Viewer, area_id: str, action: str, numbers: Sequence[str], effective_at: datetime | str | None) -> list[str]:
    wanted = list(dict.fromkeys(number.strip() for number in numbers))
    if not wanted:
        raise InputError("Give the number of at least one pass.")
    _check_area(store, viewer, area_id)
    with store.writing():
        held = _holdings(store, viewer, area_id)
        in_hand = held[held["action"] == "issue"]
        for number in wanted:
            if number not in in_hand.index:
                raise InputError("Pass {number} is in nobody's hands.", number=number)
        rows = [{"pass_no": number, "holder": in_hand.loc[number, "holder"], "quantity": 1} for number in wanted]
        return _append(store, viewer, area_id, action, rows, effective_at)


def totals(view: View) -> pd.DataFrame:
    """Return each area's passes: ``area_id, name, stock, issued, returned, revoked, in_hand, remaining``."""
    return view.run("count_passes")


def holdings(view: View) -> pd.DataFrame:
    """Return the last act on each numbered pass: ``area_id, pass_no, holder, action, since``."""
    return view.run("select_pass_holdings")


# The gate -----------------------------------------------------------------------------------------------------------------


def decide(*, pass_valid: bool, temperature: float | None) -> str:
    """Return what follows at a gate: fever goes before everything, then the pass.

    >>> decide(pass_valid=True, temperature=36.6), decide(pass_valid=True, temperature=37.3), decide(pass_valid=False, temperature=36.6)
    ('admit', 'refer', 'refuse')
    """
    if temperature is not None and temperature >= FEVER:
        return "refer"
    return "admit" if pass_valid else "refuse"


def log_gate(
    store: Store,
    viewer: Viewer,
    entrance_id: str,
    *,
    person: str,
    pass_no: str = "",
    temperature: float | None,
    direction: str = "in",
    decision: str | None = None,
    plate: str = "",
    note: str = "",
    effective_at: datetime | str | None = None,
) -> tuple[str, list[str]]:
    """Record one passage in the order pass, temperature, decision; return the decision and the event ids.

    ``decision`` None is what ``decide`` says. A guard may refuse anyone, and admit someone without a valid pass if the note says
    why; nobody with a fever is admitted. On the way in a temperature is required.
    """
    moment = store.moment(effective_at)
    if entrance_id not in set(store.layer("entrances", viewer, at=moment)["id"]):
        raise NotFound("There is no entrance {entrance} here.", entrance=repr(entrance_id))
    if direction not in DIRECTIONS or decision not in (None, *DECISIONS):
        raise ValueError(f"{direction}, {decision}")
    if not person.strip():
        raise InputError("Write the name of the person at the gate.")
    if temperature is None and direction == "in":
        raise InputError("Take the temperature before you decide.")
    if temperature is not None and not PLAUSIBLE[0] <= temperature <= PLAUSIBLE[1]:
        raise InputError("{temperature} °C is not a body temperature; measure again.", temperature=temperature)
    number = pass_no.strip()
    rule = decide(pass_valid=pass_valid(View(store, viewer, at=moment), number), temperature=temperature)
    chosen = decision or rule
    if chosen == "admit" and rule == "refer":
        raise InputError("{temperature} °C is a fever; refer the person to a doctor.", temperature=temperature)
    if chosen == "admit" and rule == "refuse" and not note.strip():
        raise InputError("This person has no valid pass; write in the note why they are admitted.")
    row = {
        "entrance_id": entrance_id,
        "person": person.strip(),
        "pass_no": number or None,
        "temperature": temperature,
        "direction": direction,
        "decision": chosen,
        "plate": plate.strip() or None,
        "note": note.strip() or None,
        "effective_at": moment,
    }
    return chosen, store.append(viewer, {"gate_log": pd.DataFrame([row])})


def pass_valid(view: View, pass_no: str) -> bool:
    """Tell whether a pass of this number is in someone's hands, in any area in view."""
    held = holdings(view)
    return bool(pass_no) and bool(((held["pass_no"] == pass_no) & (held["action"] == "issue")).any())


def gate_log(view: View, *, start: datetime, end: datetime) -> pd.DataFrame:
    """Return the gate log of a window, latest first."""
    return view.run("select_gate_log", start=start, until=end)


# Checks -------------------------------------------------------------------------------------------------------------------


def _check_area(store: Store, viewer: Viewer, area_id: str) -> None:
    store.scope(viewer, area_id)


def _check_quantity(quantity: int) -> None:
    if quantity <= 0:
        raise InputError("Give a number of passes above zero, not {quantity}.", quantity=quantity)


def _check_stock(store: Store, viewer: Viewer, area_id: str, wanted: int) -> None:
    _check_area(store, viewer, area_id)
    counted = totals(View(store, viewer))
    left = int(counted.loc[counted["area_id"] == area_id, "remaining"].sum())
    if wanted > left:
        raise InputError("There are {left} passes left, not {wanted}; record the delivery first.", left=left, wanted=wanted)


def _holdings(store: Store, viewer: Viewer, area_id: str) -> pd.DataFrame:
    held = holdings(View(store, viewer))
    return held[held["area_id"] == area_id].set_index("pass_no")


def _append(
    store: Store, viewer: Viewer, area_id: str, action: str, rows: list[dict[str, Any]], effective_at: datetime | str | None
) -> list[str]:
    frame = pd.DataFrame(rows).assign(area_id=area_id, action=action, effective_at=store.moment(effective_at))
    return store.append(viewer, {"pass_event": frame})
