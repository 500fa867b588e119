"""The units of the page of units and environment: what they declared, and which checks are due."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from errors import mark
from ledgers.people import privacy
from ledgers.upkeep import units
from ui.map.workbench import linked_table, picked
from ui.shell import acts, cache, keys
from ui.shell.acts import act_button
from ui.shell.figures import all_clear
from ui.shell.frame import Frame
from ui.shell.listing import Column, listing
from ui.shell.opening import open_button, open_form, opened, shown
from ui.shell.record_form import AREA, WHEN, Ask, record_form
from ui.shell.words import _, plain

TABLE = 460
_UNITS = (
    Column("name", mark("Unit")),
    Column("trade", mark("Trade")),
    Column("area_name", mark("Area")),
    Column("resumed", mark("Resumed"), "yes"),
    Column("staff", mark("Employees"), "number"),
    Column("staff_affected", mark("Staff from the affected area"), "number"),
    Column("clients_affected", mark("Clients from there"), "number"),
    Column("signed_on", mark("Signed on"), "day"),
    Column("checked_at", mark("Last check"), "moment"),
    Column("passed", mark("Passed"), "yes"),
    Column("check_on", mark("Next check"), "day"),
    Column("rule", mark("Rule of the trade")),
    Column("responsible", mark("Responsible")),
    Column("phone", mark("Phone")),
)
_DUE = (
    Column("name", mark("Unit")),
    Column("trade", mark("Trade")),
    Column("area_name", mark("Area")),
    Column("check_why", mark("Why"), "term:check_why"),
    Column("check_on", mark("Due"), "day"),
    Column("days_over", mark("Days overdue"), "number"),
    Column("finding", mark("Last finding")),
    Column("inspector", mark("Last inspector")),
)
_CHECKS = (
    Column("checked_at", mark("Time"), "moment"),
    Column("name", mark("Unit")),
    Column("passed", mark("Passed"), "yes"),
    Column("finding", mark("Finding")),
    Column("recheck_on", mark("Recheck on"), "day"),
    Column("inspector", mark("Inspector")),
)
_CHECK = (
    Ask("passed", mark("The unit passed"), "yes"),
    Ask("finding", mark("Finding"), "long"),
    Ask("recheck_on", mark("Recheck on"), "day"),
    Ask("inspector", mark("Inspector"), needed=True),
    WHEN,
)


def _declared() -> tuple[Ask, ...]:
    trades = tuple(units.trades(cache.surroundings("units")))
    return (
        Ask("name", mark("Unit"), needed=True),
        Ask("trade", mark("Trade"), "pick", options=trades),
        AREA,
        Ask("address", mark("Address")),
        Ask("responsible", mark("Responsible")),
        Ask("phone", mark("Phone")),
        Ask("resumed", mark("Work has resumed"), "yes"),
        Ask("staff", mark("Employees"), "whole"),
        Ask("staff_affected", mark("Staff from the affected area"), "whole"),
        Ask("clients_affected", mark("Clients from there"), "whole"),
        Ask("signed_by", mark("Signed by")),
        Ask("signed_on", mark("Signed on"), "day"),
        Ask("note", mark("Note")),
    )


def unit_list(view: Frame) -> None:
    """Draw the units and what can be done with one."""
    found = cache.surroundings("units")
    if found.empty:
        st.caption(_("No units yet. Enter the first, or import a list on the data page."))
    else:
        linked_table(
            "units", shown(view, "unit_event", found, "unit_id").assign(id=found["unit_id"]), _UNITS, max_height=TABLE, several=False
        )
    chosen = _chosen(found)
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        _chosen_line(chosen)
        act_button(_("Enter a unit"), "enter_unit", icon=":material/add_business:", primary=True)
        act_button(_("Change"), "edit_unit", icon=":material/edit:", disabled=chosen.empty)
        act_button(_("Record a check"), "check_unit", icon=":material/fact_check:", disabled=chosen.empty)
        open_button("unit_event", {"unit_event": list(chosen["unit_id"])})
    _forms(view, chosen)


def checks_due(view: Frame) -> None:
    """Draw what is to be checked, and the checks made."""
    due = cache.surroundings("checks_due")
    if due.empty:
        all_clear("units.checks_overdue", _("No check is due."), _("checks of units"))
    else:
        linked_table("units", due.assign(id=due["unit_id"]), _DUE, max_height=330, several=False)
    chosen = _chosen(cache.surroundings("units"))
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        _chosen_line(chosen)
        act_button(_("Record a check"), "check_unit", icon=":material/fact_check:", disabled=chosen.empty, primary=True)
    _forms(view, chosen)
    made = units.checks(view, unit_id=None if chosen.empty else chosen["unit_id"].iloc[0])
    st.markdown(f"**{_('Checks made')}**")
    listing(made, _CHECKS, key=f"{keys.LISTING}_checks", file="checks", max_height=260)


def _chosen(found: pd.DataFrame) -> pd.DataFrame:
    return found[found["unit_id"].isin(picked("units"))].reset_index(drop=True)


def _chosen_line(chosen: pd.DataFrame) -> None:
    told = _("Pick a row in the table.") if chosen.empty else f"**{plain(chosen['name'].iloc[0])}**"
    st.markdown(told, width="stretch")


def _forms(view: Frame, chosen: pd.DataFrame) -> None:
    act = acts.running()
    if act == "enter_unit":
        acts.dialog(_("Enter a unit"), lambda: _enter(view))
    elif act == "edit_unit" and len(chosen):
        acts.dialog(_("Change"), lambda: _edit(view, chosen.iloc[0].to_dict()))
    elif act == "check_unit" and len(chosen):
        acts.dialog(_("Record a check"), lambda: _check(view, chosen.iloc[0].to_dict()))
    open_form(view, "unit_event", {"unit_event": list(chosen["unit_id"])})


def _enter(view: Frame) -> None:
    record_form(
        "enter_unit",
        (*_declared(), WHEN),
        go=_("Enter the unit"),
        save=lambda values: units.enter(view.store, view.viewer, **values)[1],
        said=lambda values: _("Entered: {name}").format(name=plain(values["name"])),
    )


def _edit(view: Frame, unit: dict[Any, Any]) -> None:
    # What is personal is changed by whoever has opened it; else it stays as it is.
    hidden = () if unit["unit_id"] in opened("unit_event") else privacy.masks(view.store)["unit_event"]
    record_form(
        f"edit_unit_{unit['unit_id']}",
        (*(ask for ask in _declared() if ask.name not in hidden), WHEN),
        start=unit,
        go=_("Change {name}").format(name=plain(unit["name"])),
        save=lambda values: units.edit(view.store, view.viewer, unit["unit_id"], **values),
        said=lambda values: _("Changed: {name}").format(name=plain(values["name"])),
    )


def _check(view: Frame, unit: dict[Any, Any]) -> None:
    st.markdown(f"**{plain(unit['name'])}** · {plain(str(unit['rule']))}")
    record_form(
        f"check_unit_{unit['unit_id']}",
        _CHECK,
        start={"passed": True},
        go=_("Record the check"),
        save=lambda values: units.check(view.store, view.viewer, unit["unit_id"], **values),
        said=lambda values: (_("Checked, passed: {name}") if values["passed"] else _("Checked, not passed: {name}")).format(
            name=plain(unit["name"])
        ),
    )
