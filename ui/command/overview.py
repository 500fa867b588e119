"""The command map itself: the map and the table of what is shown, both saying and taking what is selected."""

from __future__ import annotations

import hashlib
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from errors import mark
from ledgers.risk.shades import NAMES
from queries.layers import LAYERS
from ui.command.headline import chosen
from ui.legend.styles import map_words
from ui.map import webmap
from ui.map.snapshot import map_to_print
from ui.shell import cache, keys, state
from ui.shell.frame import Frame
from ui.shell.listing import Column, listing
from ui.shell.words import _, term

GROUND = ("areas", "compounds", "settlements", "venues", "open_ends")
OPERATIONAL = ("crossings", "entrances", "checkpoints")
# Half the side, in degrees, of what the map shows around a point it goes to: about a quarter of a kilometre.
AROUND_POINT = 0.0025

# Of a layer, the column that the reader filters by, and the parameter of the URL that holds the choice.
_CHOICES = {"entrances": ("mode", "modes"), "checkpoints": ("kind", "kinds")}
_NAME, _ID = Column("name", mark("Name")), Column("id", mark("Number"))
_ON_DUTY = (Column("on_duty", mark("People on duty"), "number"), Column("person", mark("On duty")), Column("phone", mark("Phone"), "phone"))
_ORDER = (Column("since", mark("Since"), "moment"), Column("ordered_by", mark("Ordered by")))
_TABLES: dict[str, tuple[Column, ...]] = {
    "entrances": (
        _NAME,
        Column("mode", mark("Mode"), "term:mode"),
        Column("open_now", mark("Open at this hour"), "yes"),
        *_ON_DUTY,
        Column("timetable", mark("Timetable")),
        Column("egress", mark("Way out"), "term:egress"),
        *_ORDER,
        Column("expires_at", mark("Valid until"), "moment"),
        _ID,
    ),
    "checkpoints": (
        _NAME,
        Column("kind", mark("Kind"), "term:kind"),
        Column("post_class", mark("Class"), "term:post_class"),
        Column("staff_required", mark("Staff required"), "number"),
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
        Column("level", mark("Level"), "term:level"),
        Column("status", mark("Status"), "term:status"),
        Column("responsible", mark("Responsible")),
        Column("phone", mark("Phone"), "phone"),
        Column("households", mark("Households"), "number"),
        Column("population", mark("Population"), "number"),
        _ID,
    ),
}


# The map


def command_map(view: Frame, *, height: int, wall: bool) -> None:
    """Draw the map; a click on a feature selects it everywhere."""
    with st.container(key=keys.MAP_BOX):
        click = map_to_print(view, "command", message(view, wall=wall), key=keys.MAP, height=height)
    if click is None:
        return
    # A mark stands for what it marks, a shade for its area; one inside a road marks no feature whose story could be told.
    layer, feature = (click.id or "").split(":", 1) if click.layer == "marks" and ":" in (click.id or "") else (click.layer, click.id)
    layer = "areas" if layer in NAMES else layer
    if layer in LAYERS and feature and (layer, feature) != state.selection():
        state.select(layer, feature, by="map")
        st.rerun()


def message(view: Frame, *, wall: bool) -> webmap.MapMessage:
    """Return what the map is to show of the view in the URL."""
    figure, selected = chosen(), state.selection()
    return webmap.MapMessage(
        words=map_words(_),
        layers=(*shaded(), *GROUND, *((*OPERATIONAL, "marks") if figure is None else (figure.layer,))),
        at=None if view.live else view.at.isoformat(timespec="minutes"),
        area=view.area,
        revision=view.store.revision,
        filters={layer: shown for layer in OPERATIONAL if (shown := _filters(layer))} | {"risk": {"finest": (True,)}},
        selected={selected[0]: (selected[1],)} if selected else {},
        fly_to=_destination(view),
        wall=wall,
        dark=st.context.theme.type == "dark",
        demo=bool(view.store.setting("demo")),
        **_basemap(view),
    )


def shaded() -> tuple[str, ...]:
    """Return what fills the areas of the map by the URL: one of ``ledgers.risk.shades.NAMES``, or nothing."""
    name = state.param("shade")
    return (name,) if name in NAMES else ()


def _basemap(view: Frame) -> dict[str, Any]:
    online = view.store.setting("basemap") or {}
    return {"basemaps": tuple(online.get("tiles", ())), "basemap_credit": online.get("credit", "")}


def _filters(layer: str) -> dict[str, tuple[Any, ...]]:
    """Return the values of a layer's columns that are shown, by the chosen figure and the filters."""
    figure = chosen()
    shown = dict(figure.filters) if figure and figure.layer == layer else {}
    column, param = _CHOICES.get(layer, ("", ""))
    if param and (values := state.params(param)):
        shown[column] = values
    return shown


def _destination(view: Frame) -> webmap.Bounds | None:
    """Return where the map goes: to what was last chosen elsewhere than on it, else to the area in view."""
    wanted = st.session_state.setdefault(keys.FLY, state.param("sel") or "")
    layer, _sep, feature = wanted.partition(":")
    frame = cache.layer(layer) if feature and layer in LAYERS else gpd.GeoDataFrame()
    found = frame[frame["id"] == feature] if len(frame) else frame
    if found.empty and view.area:
        areas = cache.layer("areas")
        found = areas if areas.geometry.notna().any() else cache.layer("entrances")
    if found.empty or not found.geometry.notna().any():
        return None
    west, south, east, north = (float(side) for side in found.total_bounds)
    pad = AROUND_POINT if west == east and south == north else 0.0
    return west - pad, south - pad, east + pad, north + pad


# The table


def table(view: Frame) -> None:
    """Draw the table of what the map shows of one layer, the selected feature first; a row chosen selects its feature everywhere."""
    layer = _table_layer()
    seed = st.session_state.setdefault(keys.TABLE_SEED, state.param("sel") or "")
    frame = shown(layer)
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


def shown(layer: str) -> gpd.GeoDataFrame:
    """Return the features of a layer that the filters leave, as the map does."""
    frame = cache.layer(layer)
    keep = pd.Series(True, index=frame.index)
    for column, values in _filters(layer).items():
        keep &= frame[column].isin(values)
    return frame[keep]


def _table_layer() -> str:
    figure = chosen()
    wanted = figure.layer if figure else state.param("layer")
    return wanted if wanted in _TABLES else "entrances"
