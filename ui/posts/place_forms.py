"""Adding, moving, renaming, withdrawing and restoring what stands at a place: the same for entrances and checkpoints."""

from __future__ import annotations

from functools import partial

import geopandas as gpd
import pandas as pd
import streamlit as st

from ledgers.posts import orders
from queries.view import View
from ui.shell import acts, cache, keys
from ui.shell.acts import act_button, field, moment_field, perform
from ui.shell.frame import Frame
from ui.shell.listing import each_row
from ui.shell.words import _, number, plain, when


def place_buttons(layer: str, chosen: gpd.GeoDataFrame, *, add: str) -> None:
    """Draw the buttons for what is picked, and the one that adds."""
    one = len(chosen) == 1
    act_button(_("Rename"), "rename", icon=":material/edit:", disabled=not one)
    st.button(_("Move"), key=f"{keys.ACT}_move", icon=":material/open_with:", disabled=not one, on_click=wait_for_click, args=("move",))
    act_button(
        _("Withdraw {n}").format(n=number(len(chosen))) if len(chosen) else _("Withdraw"),
        "withdraw",
        icon=":material/delete:",
        disabled=chosen.empty,
    )
    st.button(add, key=f"{keys.ACT}_add", icon=":material/add_location_alt:", on_click=wait_for_click, args=("add",))


def wait_for_click(act: str) -> None:
    """Have the next click on the map open the dialog of an act."""
    acts.stop()
    st.session_state[keys.PLACING] = act


def placing_line(told: str) -> None:
    """While a click on the map is awaited: say so, and offer to type the place instead."""
    act = st.session_state.get(keys.PLACING)
    if not act:
        return
    with st.container(horizontal=True, vertical_alignment="center", border=True, gap="small"):
        st.markdown(f":blue[:material/touch_app:] {told}", width="stretch")
        st.button(_("Type the coordinates"), key=field(act, "typed"), on_click=acts.start, args=(act,))
        st.button(_("Leave it"), key=field(act, "leave"), type="tertiary", on_click=acts.stop)


def place_fields(act: str, start: tuple[float, float]) -> tuple[float, float]:
    """Draw longitude and latitude, filled with the click on the map or where it starts from."""
    lon, lat = st.session_state.get(keys.PLACE) or start
    with st.container(horizontal=True):
        lon = st.number_input(_("Longitude"), value=lon, format="%.6f", step=0.0001, key=field(act, "lon"))
        lat = st.number_input(_("Latitude"), value=lat, format="%.6f", step=0.0001, key=field(act, "lat"))
    return lon, lat


def add_fields(act: str) -> tuple[str, float, float]:
    """Draw name and place of something new."""
    name = st.text_input(_("Name"), key=field(act, "name"))
    return (name, *place_fields(act, _middle()))


def _middle() -> tuple[float, float]:
    for layer in ("areas", "entrances", "checkpoints"):
        west, south, east, north = cache.layer(layer).total_bounds
        if not pd.isna(west):
            return round(float(west + east) / 2, 6), round(float(south + north) / 2, 6)
    return 0.0, 0.0


def move_form(view: Frame, layer: str, chosen: gpd.GeoDataFrame) -> None:
    """Draw the dialog that corrects where one feature stands."""
    feature = chosen.iloc[0]
    here = (feature.geometry.x, feature.geometry.y) if feature.geometry else _middle()
    lon, lat = place_fields("move", here)
    st.caption(_("This corrects the place for all time; its orders stay."))
    name = plain(feature["name"] or feature["id"])
    if st.button(_("Move {name} here").format(name=name), key=field("move", "go"), type="primary", disabled=(lon, lat) == here):
        perform(_("Moved: {name}").format(name=name), lambda: orders.move(view.store, view.viewer, layer, feature["id"], lon=lon, lat=lat))


def rename_form(view: Frame, layer: str, chosen: gpd.GeoDataFrame) -> None:
    """Draw the dialog that corrects the name of one feature."""
    feature = chosen.iloc[0]
    name = st.text_input(_("Name"), value=feature["name"] or "", key=field("rename", "name"))
    st.caption(_("This corrects the name for all time; its orders stay."))
    if st.button(_("Rename"), key=field("rename", "go"), type="primary", disabled=name.strip() in ("", feature["name"])):
        perform(
            _("Renamed {old} to {new}").format(old=plain(feature["name"] or feature["id"]), new=plain(name.strip())),
            lambda: orders.rename(view.store, view.viewer, layer, feature["id"], name=name),
        )


def withdraw_form(view: Frame, layer: str, chosen: gpd.GeoDataFrame) -> None:
    """Draw the dialog that withdraws features."""
    st.markdown(_("From then on they are on no map and in no count. Their past stays, and they can be restored."))
    moment = moment_field("withdraw", "effective_at", _("Takes effect"), none=_("now, {moment}").format(moment=when(view.store.now())))
    n = number(len(chosen))
    if st.button(_("Withdraw {n}").format(n=n), key=field("withdraw", "go"), type="primary"):
        perform(
            _("Withdrew {n}").format(n=n), lambda: orders.withdraw(view.store, view.viewer, layer, list(chosen["id"]), effective_at=moment)
        )


def withdrawn_list(view: Frame, layer: str) -> None:
    """Draw what has been withdrawn, each with the button that brings it back."""
    rows = orders.withdrawn(View(view.store, view.viewer), layer)
    if rows.empty:
        st.caption(_("Nothing has been withdrawn."))
    for row in each_row(rows):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(
                _("{name}, withdrawn {moment}").format(name=f"**{plain(row.name or row.id)}**", moment=when(row.effective_at)),
                width="stretch",
            )
            if st.button(_("Restore"), key=field("restore", row.id), icon=":material/restore_from_trash:"):
                perform(
                    _("Restored: {name}").format(name=plain(row.name or row.id)),
                    partial(orders.restore, view.store, view.viewer, layer, [row.id]),
                )
