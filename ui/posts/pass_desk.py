"""Passes: the stock of each area and what happens to it, and the log at the gates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Literal

import geopandas as gpd
import streamlit as st

from errors import mark
from ledgers.posts import passes
from queries.view import View
from ui.shell import acts, cache, keys, state
from ui.shell.acts import act_button, field, perform
from ui.shell.frame import Frame
from ui.shell.listing import Column, listing
from ui.shell.words import _, number, plain

DECISIONS = {"admit": mark("Admit"), "refuse": mark("Turn away"), "refer": mark("Refer to a doctor")}
_DECIDED = {"admit": mark("Admitted: {name}"), "refuse": mark("Turned away: {name}"), "refer": mark("Referred to a doctor: {name}")}
DIRECTIONS = {"in": mark("In"), "out": mark("Out")}
ACTIONS = {"issue": mark("In someone's hands"), "return": mark("Came back"), "revoke": mark("Revoked")}
_TOTALS = (
    Column("name", mark("Area")),
    Column("stock", mark("Received"), "number"),
    Column("issued", mark("Handed out"), "number"),
    Column("returned", mark("Came back"), "number"),
    Column("revoked", mark("Revoked"), "number"),
    Column("in_hand", mark("In someone's hands"), "number"),
    Column("remaining", mark("Left to hand out"), "number"),
)
_HELD = (
    Column("pass_no", mark("Pass number")),
    Column("holder", mark("Holder")),
    Column("said", mark("State")),
    Column("since", mark("Since"), "moment"),
)
_LOG = (
    Column("logged_at", mark("Time"), "moment"),
    Column("name", mark("Entrance")),
    Column("person", mark("Person")),
    Column("pass_no", mark("Pass number")),
    Column("temperature", mark("Temperature, °C"), "decimal"),
    Column("direction_said", mark("Direction")),
    Column("decision_said", mark("Decision")),
    Column("plate", mark("Number plate")),
    Column("note", mark("Note")),
)


def pass_desk(view: Frame) -> None:
    """Draw the passes of each area, what can be done with them, and the numbered ones."""
    totals = passes.totals(view)
    if totals.empty:
        st.caption(_("No passes yet. Record the first delivery."))
    else:
        listing(totals, _TOTALS, key=f"{keys.LISTING}_passes", file="passes")
    with st.container(horizontal=True, gap="xsmall"):
        act_button(_("Record a delivery"), "receive", icon=":material/inventory_2:")
        act_button(_("Hand out"), "issue", icon=":material/badge:", disabled=totals.empty)
        act_button(_("Take back or revoke"), "take_back", icon=":material/assignment_return:", disabled=totals.empty)
    held = passes.holdings(view)
    if len(held):
        words = {action: _(said) for action, said in ACTIONS.items()}
        listing(held.assign(said=held["action"].map(words)), _HELD, key=f"{keys.LISTING}_held", file="passes_by_number", max_height=300)
    forms: dict[str, tuple[str, Callable[[], None]]] = {
        "receive": (_("Record a delivery"), lambda: _receive(view)),
        "issue": (_("Hand out"), lambda: _issue(view)),
        "take_back": (_("Take back or revoke"), lambda: _take_back(view)),
    }
    act = acts.running()
    if act in forms:
        acts.dialog(*forms[act])


def _area_field(act: str) -> str | None:
    areas = cache.area_tree()
    names = dict(zip(areas["id"], areas["label"], strict=True))
    wanted = list(names).index(state.area()) if state.area() in names else 0
    chosen: str | None = st.selectbox(_("Area"), list(names), index=wanted, format_func=names.__getitem__, key=field(act, "area"))
    return chosen


def _receive(view: Frame) -> None:
    area = _area_field("receive")
    quantity = int(st.number_input(_("How many"), 1, 100_000, 100, key=field("receive", "quantity")))
    label = _("Record {n} passes received").format(n=number(quantity))
    if st.button(label, key=field("receive", "go"), type="primary", disabled=area is None):
        perform(
            _("Received {n} passes").format(n=number(quantity)),
            lambda: passes.receive(view.store, view.viewer, area or "", quantity=quantity),
        )


def _issue(view: Frame) -> None:
    area = _area_field("issue")
    text = st.text_area(
        _("Pass number and holder, one a line"), key=field("issue", "holders"), placeholder="0001 王建国\n0002 李秀英", height=160
    )
    lines = [line.split(None, 1) for line in text.splitlines() if line.strip()]
    holders = {parts[0]: parts[1] if len(parts) > 1 else "" for parts in lines}
    count = int(
        st.number_input(_("Or a number of passes without names"), 0, 100_000, 0, key=field("issue", "quantity"), disabled=bool(lines))
    )
    n = number(len(lines) or count)
    if st.button(_("Hand out {n} passes").format(n=n), key=field("issue", "go"), type="primary", disabled=not (lines or count)):
        if lines and len(holders) < len(lines):
            st.error(_("A pass number stands twice in the list."), icon=":material/error:")
        elif lines:
            perform(_("Handed out {n} passes").format(n=n), lambda: passes.issue(view.store, view.viewer, area or "", holders=holders))
        else:
            perform(
                _("Handed out {n} passes").format(n=n),
                lambda: passes.issue_unnumbered(view.store, view.viewer, area or "", quantity=count),
            )


def _take_back(view: Frame) -> None:
    area = _area_field("take_back")
    held = passes.holdings(View(view.store, view.viewer, area=area))
    held = held[(held["action"] == "issue") & (held["area_id"] == area)]
    labels = {n: f"{n} · {holder}" for n, holder in zip(held["pass_no"], held["holder"], strict=True)}
    numbers = st.multiselect(
        _("Passes in someone's hands"), list(labels), format_func=lambda n: labels[n], key=field("take_back", "numbers")
    )
    n = number(len(numbers))
    with st.container(horizontal=True):
        if st.button(_("Take back {n} passes").format(n=n), key=field("take_back", "go"), type="primary", disabled=not numbers):
            perform(_("Took back {n} passes").format(n=n), lambda: passes.take_back(view.store, view.viewer, area or "", numbers))
        if st.button(_("Revoke {n} passes").format(n=n), key=field("take_back", "revoke"), disabled=not numbers):
            perform(_("Revoked {n} passes").format(n=n), lambda: passes.revoke(view.store, view.viewer, area or "", numbers))
    st.caption(_("A pass taken back can be handed out again; a revoked one never."))


# The gate


def gate_desk(view: Frame, chosen: gpd.GeoDataFrame) -> None:
    """Draw the gate log: the next person, in the order pass, temperature, decision; and who came last."""
    form, log = st.columns([1, 2], gap="medium")
    with form:
        _gate_form(view, chosen)
    with log:
        entries = passes.gate_log(
            View(view.store, view.viewer, area=view.area), start=view.at - timedelta(days=1), end=view.at + timedelta(seconds=1)
        )
        entries = entries if chosen.empty else entries[entries["entrance_id"].isin(chosen["id"])].reset_index(drop=True)
        st.markdown(_("The last 24 hours: **{n}**").format(n=number(len(entries))))
        said = entries.assign(
            direction_said=entries["direction"].map({c: _(t) for c, t in DIRECTIONS.items()}),
            decision_said=entries["decision"].map({c: _(t) for c, t in DECISIONS.items()}),
        )
        listing(said, _LOG, key=f"{keys.LISTING}_gate", file="gate_log", max_height=380)


def _gate_form(view: Frame, chosen: gpd.GeoDataFrame) -> None:
    gates = chosen if len(chosen) else cache.layer("entrances").query("open_now")
    names = dict(zip(gates["id"], gates["name"], strict=True))
    gate = st.selectbox(_("Entrance"), list(names), format_func=lambda i: names[i] or i, key=field("gate", "entrance"))
    if gate is None:
        st.caption(_("No entrance is open now."))
        return
    direction = st.segmented_control(
        _("Direction"),
        list(DIRECTIONS),
        format_func=lambda d: _(DIRECTIONS[d]),
        default="in",
        required=True,
        key=field("gate", "direction"),
    )
    person = st.text_input(_("Person"), key=field("gate", "person"))
    pass_no = st.text_input(_("1. Pass number"), key=field("gate", "pass_no")).strip()
    valid = passes.pass_valid(View(view.store, view.viewer), pass_no)
    if pass_no:
        said = _("The pass is valid.") if valid else _("No such pass is in anyone's hands.")
        st.markdown(f":{'green' if valid else 'red'}[{said}]")
    temperature = st.number_input(
        _("2. Temperature, °C"), 34.0, 43.0, None, 0.1, format="%.1f", key=field("gate", "temperature"), placeholder="36.5"
    )
    plate = st.text_input(_("Number plate"), key=field("gate", "plate"))
    note = st.text_input(_("Note"), key=field("gate", "note"))
    rule = passes.decide(pass_valid=valid, temperature=temperature)
    if rule == "refer":
        st.warning(
            _("{temperature} °C is a fever: to a doctor, not in and not home alone.").format(temperature=temperature),
            icon=":material/thermostat:",
        )
    ready = bool(person.strip()) and (temperature is not None or direction == "out")
    with st.container(horizontal=True, gap="xsmall"):
        for decision in (rule, *(d for d in passes.DECISIONS if d != rule and (rule, d) != ("refer", "admit"))):
            label = f"3. {_(DECISIONS[decision])}" if decision == rule else _(DECISIONS[decision])
            kind: Literal["primary", "secondary"] = "primary" if decision == rule else "secondary"
            if st.button(label, key=field("gate", decision), type=kind, disabled=not ready):
                _log(
                    view,
                    gate,
                    decision,
                    person=person,
                    pass_no=pass_no,
                    temperature=temperature,
                    direction=direction or "in",
                    plate=plate,
                    note=note,
                )


def _log(view: Frame, gate: str, decision: str, **entry: object) -> None:
    def act() -> list[str]:
        events = passes.log_gate(view.store, view.viewer, gate, decision=decision, **entry)[1]  # type: ignore[arg-type]
        # The next person starts from empty fields.
        for name in ("person", "pass_no", "temperature", "plate", "note"):
            st.session_state.pop(field("gate", name), None)
        return events

    perform(_(_DECIDED[decision]).format(name=plain(str(entry["person"]))), act)
