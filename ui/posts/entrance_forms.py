"""What can be done to entrances: the buttons, and the dialog behind each."""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import streamlit as st

from errors import N_
from ledgers.posts import orders
from queries.columns import EGRESS
from ui.map.workbench import selection_line
from ui.posts.place_forms import add_fields, move_form, place_buttons, placing_line, rename_form, withdraw_form
from ui.posts.timetable_editor import timetable_editor
from ui.shell import acts
from ui.shell.acts import act_button, barrier_fields, dialog, field, moment_field, order_fields, perform, several, sign_in_field
from ui.shell.frame import Frame
from ui.shell.layer_columns import asked
from ui.shell.words import _, number, plain, term

LAYER = "entrances"


def entrance_acts(view: Frame, gates: gpd.GeoDataFrame) -> None:
    """Draw what can be done to the entrances picked, and the dialog of what is being done."""
    n = number(len(gates))
    titles = {
        "seal": several(len(gates), N_("Seal {n} entrance"), N_("Seal {n} entrances")) if len(gates) else _("Seal"),
        "open_24h": several(len(gates), N_("Open {n} entrance 24 h"), N_("Open {n} entrances 24 h")) if len(gates) else _("Open 24 h"),
        "open_hours": several(len(gates), N_("Open {n} entrance by hours"), N_("Open {n} entrances by hours"))
        if len(gates)
        else _("Open by hours"),
        "add": _("Add an entrance"),
        "move": _("Move"),
        "rename": _("Rename"),
        "withdraw": _("Withdraw {n}").format(n=n),
    }
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        selection_line(LAYER, gates)
    with st.container(horizontal=True, gap="xsmall"):
        act_button(titles["seal"], "seal", icon=":material/block:", disabled=gates.empty, primary=not gates.empty)
        act_button(titles["open_24h"], "open_24h", icon=":material/lock_open:", disabled=gates.empty)
        act_button(titles["open_hours"], "open_hours", icon=":material/schedule:", disabled=gates.empty)
        place_buttons(LAYER, gates, add=titles["add"])
    placing_line(_("Click on the map where the entrance is."))
    forms: dict[str, Callable[[], None]] = {
        "seal": lambda: _seal(view, gates),
        "open_24h": lambda: _open_24h(view, gates),
        "open_hours": lambda: _open_hours(view, gates),
        "add": lambda: _add(view),
        "move": lambda: move_form(view, LAYER, gates),
        "rename": lambda: rename_form(view, LAYER, gates),
        "withdraw": lambda: withdraw_form(view, LAYER, gates),
    }
    act = acts.running()
    # An act on what is picked has nothing to act on once that is let go.
    if act in forms and (act == "add" or len(gates)):
        dialog(titles[act], forms[act], width="medium" if act == "open_hours" else "small")


def _seal(view: Frame, gates: gpd.GeoDataFrame) -> None:
    order = order_fields("seal")
    expires = moment_field("seal", "expires_at", _("Valid until"), none=_("until further notice"))
    egress = st.segmented_control(
        _("Way out in an emergency"),
        EGRESS,
        format_func=lambda code: term("egress", code),
        default="releasable",
        required=True,
        key=field("seal", "egress"),
    )
    barrier = barrier_fields("seal", gates)
    key_holder = st.text_input(_("Key holder"), key=field("seal", "key_holder"))
    if egress == "none":
        st.warning(_("Nobody inside gets out here in a fire. Make sure that another entrance is open."), icon=":material/warning:")
    if st.button(
        several(len(gates), N_("Seal {n} entrance"), N_("Seal {n} entrances")),
        key=field("seal", "go"),
        type="primary",
        disabled=not order.complete,
    ):
        perform(
            several(len(gates), N_("Sealed {n} entrance"), N_("Sealed {n} entrances")),
            lambda: orders.seal(
                view.store,
                view.viewer,
                list(gates["id"]),
                expires_at=expires,
                egress=egress or "releasable",
                key_holder=key_holder,
                **barrier,
                **order.said(),
            ),
        )


def _open_24h(view: Frame, gates: gpd.GeoDataFrame) -> None:
    order = order_fields("open_24h")
    kept = sign_in_field("open_24h")
    if st.button(
        several(len(gates), N_("Open {n} entrance 24 h"), N_("Open {n} entrances 24 h")),
        key=field("open_24h", "go"),
        type="primary",
        disabled=not order.complete,
    ):
        perform(
            several(len(gates), N_("Opened {n} entrance 24 h"), N_("Opened {n} entrances 24 h")),
            lambda: orders.open_24h(view.store, view.viewer, list(gates["id"]), sign_in_kept=kept, **order.said()),
        )


def _open_hours(view: Frame, gates: gpd.GeoDataFrame) -> None:
    current = gates["timetable"].dropna().unique()
    timetable = timetable_editor("open_hours", str(current[0]) if len(current) == 1 else None)
    order = order_fields("open_hours")
    kept = sign_in_field("open_hours")
    label = several(len(gates), N_("Open {n} entrance by hours"), N_("Open {n} entrances by hours"))
    if st.button(label, key=field("open_hours", "go"), type="primary", disabled=not (order.complete and timetable)):
        perform(
            several(len(gates), N_("Opened {n} entrance by hours"), N_("Opened {n} entrances by hours")),
            lambda: orders.open_hours(
                view.store, view.viewer, list(gates["id"]), timetable=timetable or "", sign_in_kept=kept, **order.said()
            ),
        )


def _add(view: Frame) -> None:
    name, lon, lat = add_fields("add")
    kinds = {"gate": _("Gate"), "building_door": _("Building door"), "street_door": _("Street door")}
    kind = st.segmented_control(
        _("Kind"), list(kinds), format_func=kinds.__getitem__, default="gate", required=True, key=field("add", "kind")
    )
    described = asked("add", LAYER)
    if st.button(_("Add an entrance"), key=field("add", "go"), type="primary", disabled=not name.strip()):
        perform(
            _("Added: {name}").format(name=plain(name.strip())),
            lambda: (
                orders.add_entrance(
                    view.store, view.viewer, name=name, lon=lon, lat=lat, kind=kind or "gate", described=described
                ).event_ids
            ),
        )
