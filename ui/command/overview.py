"""The command map itself: the map and the table of what is shown, both saying and taking what is selected."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from errors import mark
from ledgers.risk.shades import NAMES
from queries.columns import TITLES
from queries.layers import LAYERS
from ui.command.headline import chosen
from ui.map import webmap
from ui.map.message import GROUND, filtered, filters, message, shaded
from ui.map.snapshot import map_to_print
from ui.shell import cache, keys, state
from ui.shell.frame import Frame
from ui.shell.listing import Column, listing
from ui.shell.words import _, term

_NAME, _ID = Column("name", mark("Name")), Column("id", mark("Number"))
_ON_DUTY = (Column("on_duty", mark("People on duty"), "number"), Column("person", mark("On duty")), Column("phone", mark("Phone"), "phone"))
_ORDER = (Column("since", mark("Since"), "moment"), Column("ordered_by", TITLES["ordered_by"]))
_TABLES: dict[str, tuple[Column, ...]] = {
    "entrances": (
        _NAME,
        Column("mode", TITLES["mode"], "term:mode"),
        Column("open_now", mark("Open at this hour"), "yes"),
        *_ON_DUTY,
        Column("timetable", TITLES["timetable"]),
        Column("egress", TITLES["egress"], "term:egress"),
        *_ORDER,
        Column("expires_at", TITLES["expires_at"], "moment"),
        _ID,
    ),
    "checkpoints": (
        _NAME,
        Column("kind", TITLES["kind"], "term:kind"),
        Column("post_class", TITLES["post_class"], "term:post_class"),
        Column("staff_required", TITLES["staff_required"], "number"),
        *_ON_DUTY,
        *_ORDER,
        _ID,
    ),
    "crossings": (
        _NAME,
        Column("highway", mark("Road class")),
        Column("ref", mark("Road number")),
        Column("with_post", mark("With a post"), "yes"),
        _ID,
    ),
    "areas": (
        _NAME,
        Column("level", TITLES["level"], "term:level"),
        Column("status", TITLES["status"], "term:status"),
        Column("responsible", TITLES["responsible"]),
        Column("phone", mark("Phone"), "phone"),
        Column("households", TITLES["households"], "number"),
        Column("population", TITLES["population"], "number"),
        _ID,
    ),
}


# The map


def command_map(view: Frame, *, height: int, wall: bool) -> None:
    """Draw the map; a click on a feature selects it everywhere."""
    with st.container(key=keys.MAP_BOX):
        click = map_to_print(view, "command", _message(view, wall=wall), key=keys.MAP, height=height)
    if click is None:
        return
    # A mark stands for what it marks, a shade for its area; one inside a road marks no feature whose story could be told.
    layer, feature = (click.id or "").split(":", 1) if click.layer == "marks" and ":" in (click.id or "") else (click.layer, click.id)
    layer = "areas" if layer in NAMES else layer
    if layer in LAYERS and feature and (layer, feature) != state.selection():
        state.select(layer, feature, by="map")
        st.rerun()


def _message(view: Frame, *, wall: bool) -> webmap.MapMessage:
    """Return what the map is to show: what every map does, or what the chosen figure counts."""
    told, figure = message(view, wall=wall), chosen()
    if figure is None:
        return told
    wanted = {figure.layer: found} if (found := _filters(figure.layer)) else {}
    return replace(told, layers=(*shaded(), *GROUND, figure.layer), filters={**told.filters, **wanted})


def _filters(layer: str) -> dict[str, tuple[Any, ...]]:
    """Return the values of a layer's columns that are shown, by the chosen figure and the filters."""
    figure = chosen()
    return (dict(figure.filters) if figure and figure.layer == layer else {}) | filters(layer)


# The table


def table(view: Frame) -> None:
    """Draw the table of what the map shows of one layer, the selected feature first; a row chosen selects its feature everywhere."""
    layer = _table_layer()
    seed = st.session_state.setdefault(keys.TABLE_SEED, state.param("sel") or "")
    frame = filtered(cache.layer(layer), _filters(layer))
    marked = (layer + ":" + frame["id"]) == seed
    frame = pd.concat([frame[marked], frame[~marked]], ignore_index=True)
    st.session_state[keys.TABLE_LAYER] = layer
    st.segmented_control(
        _("Table"),
        list(_TABLES),
        format_func={name: term("layer", name) for name in _TABLES}.__getitem__,
        key=keys.TABLE_LAYER,
        label_visibility="collapsed",
        required=True,
        on_change=lambda: state.put(layer=st.session_state[keys.TABLE_LAYER], show=None),
    )
    view_shown = (layer, view.at.isoformat(timespec="minutes"), view.area, _filters(layer), view.store.revision, seed)

    def pick(rows: list[int]) -> None:
        if rows:
            state.select(layer, str(frame["id"].iloc[rows[0]]), by="table")
        else:
            state.put(sel=None)

    listing(
        frame,
        _TABLES[layer],
        # A table of another view is another table: its choice of rows would not mean the same.
        key=f"{keys.TABLE}_{hashlib.blake2b(repr(view_shown).encode(), digest_size=6).hexdigest()}",
        file=layer,
        on_pick=pick,
        marked=list(range(marked.sum())),
    )


def _table_layer() -> str:
    figure = chosen()
    wanted = figure.layer if figure else state.param("layer")
    return wanted if wanted in _TABLES else "entrances"
