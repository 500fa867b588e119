"""Sections of the page of units and environment: supplies and what they last for, and outreach by village and community."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from errors import N_
from ledgers.upkeep import environment, supplies
from ui.shell import acts, cache, keys
from ui.shell.acts import act_button
from ui.shell.frame import Frame
from ui.shell.listing import Column, listing
from ui.shell.record_form import AREA, WHEN, Ask, record_form
from ui.shell.words import _, number, plain, term

TABLE = 440
_STOCK = (
    Column("item", N_("Item")),
    Column("area_name", N_("Area")),
    Column("stock", N_("In stock"), "number"),
    Column("measure_unit", N_("Measure")),
    Column("use_a_day", N_("Use a day"), "decimal"),
    Column("days_left", N_("Days left"), "decimal"),
    Column("doubt", N_("Remark"), "term:stock_doubt"),
    Column("counted_at", N_("Last count"), "moment"),
    Column("last_at", N_("Last entry"), "moment"),
)
_TOTALS = (
    Column("item", N_("Item")),
    Column("stock", N_("In stock"), "number"),
    Column("measure_unit", N_("Measure")),
    Column("use_a_day", N_("Use a day"), "decimal"),
    Column("days_left", N_("Days left"), "decimal"),
    Column("areas", N_("Areas"), "number"),
    Column("unknown", N_("Areas not known"), "number"),
)
_OUTREACH = (
    Column("unit_name", N_("Village or community")),
    Column("leaflet", N_("Leaflets"), "number"),
    Column("banner", N_("Banners"), "number"),
    Column("broadcast", N_("Broadcasts"), "number"),
    Column("other", N_("Other"), "number"),
    Column("last_at", N_("Last entry"), "moment"),
)


def stock(view: Frame) -> None:
    """Draw the stock of each item in each area, and over all of them."""
    found = cache.surroundings("stock")
    if found.empty:
        st.caption(_("No supplies yet. Record the first delivery, or count what is there."))
    else:
        one, all_of = st.columns([1.6, 1], gap="small")
        with one:
            listing(found, _STOCK, key=f"{keys.LISTING}_stock", file="supplies", max_height=TABLE)
        with all_of:
            listing(supplies.totals(found), _TOTALS, key=f"{keys.LISTING}_stock_totals", file="supplies_total", max_height=TABLE)
        told = _(
            "Days left: the stock over the mean use of those of the last 7 days that have entries; not known with fewer than 3 such days. "
            "A stock of which more was used than was entered is not known either, and is in no total."
        )
        st.caption(told)
    titles = {"receive": _("Record a delivery"), "use": _("Record use"), "count": _("Count anew")}
    icons = {"receive": ":material/input:", "use": ":material/output:", "count": ":material/calculate:"}
    with st.container(horizontal=True, gap="xsmall"):
        for action, title in titles.items():
            act_button(title, f"supply_{action}", icon=icons[action], primary=action == "receive")
    action = (acts.running() or "").removeprefix("supply_")
    if action in titles:
        acts.dialog(titles[action], lambda: _move(view, action, titles[action], found))


def _move(view: Frame, action: str, title: str, found: pd.DataFrame) -> None:
    asks = (
        Ask("item", N_("Item"), "pick", needed=True, options=tuple(found["item"].unique())),
        AREA,
        Ask("quantity", N_("Quantity"), "decimal", needed=True),
        Ask("measure_unit", N_("Measure"), "pick", options=tuple(found["measure_unit"].dropna().unique())),
        Ask("note", N_("Note")),
        WHEN,
    )

    def save(values: dict[str, Any]) -> list[str]:
        given = {**values, "measure_unit": values["measure_unit"] or ""}
        return supplies.move(view.store, view.viewer, given.pop("area_id"), given.pop("item"), action=action, **given)

    record_form(
        f"supply_{action}",
        asks,
        go=title,
        save=save,
        said=lambda values: f"{term('supply_action', action)}: {plain(values['item'])} {values['quantity']:g}",
    )


# Outreach


def outreach(view: Frame) -> None:
    """Draw leaflets, banners and broadcasts by village and community."""
    found = cache.surroundings("outreach")
    if found.empty:
        st.caption(_("Nothing has been handed out yet."))
    else:
        listing(found, _OUTREACH, key=f"{keys.LISTING}_outreach", file="outreach", max_height=TABLE)
    act_button(_("Record outreach"), "hand_out", icon=":material/campaign:", primary=True)
    if acts.running() == "hand_out":
        acts.dialog(_("Record outreach"), lambda: _hand_out(view))


_HANDED = (
    Ask("kind", N_("Kind"), "term:outreach", options=environment.OUTREACH),
    Ask("quantity", N_("Quantity"), "whole", needed=True),
    AREA,
    Ask("note", N_("Note")),
    WHEN,
)


def _hand_out(view: Frame) -> None:
    record_form(
        "hand_out",
        _HANDED,
        go=_("Record outreach"),
        save=lambda values: environment.hand_out(view.store, view.viewer, values.pop("area_id"), **values),
        said=lambda values: f"{term('outreach', values['kind'])}: {number(values['quantity'])}",
    )
