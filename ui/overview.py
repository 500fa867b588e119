"""The command map itself: the map and the table of what is shown, both saying and taking what is selected."""

from __future__ import annotations

import hashlib
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from errors import mark
from ui import cache, keys, state, webmap
from ui.frame import Frame
from ui.headline import chosen
from ui.styles import map_words
from ui.words import TERMS, _, term

GROUND = ("areas", "compounds", "settlements", "venues", "open_ends")
OPERATIONAL = ("crossings", "entrances", "checkpoints")
# Half the side, in degrees, of what the map shows around a point it goes to: about a quarter of a kilometre.
AROUND_POINT = 0.0025

_CHOICES = {"entrances": ("mode", "modes"), "checkpoints": ("kind", "kinds")}
# The columns of each table: what they are called and the terms of their values.
_COLUMNS: dict[str, dict[str, tuple[str, str | None]]] = {
    "entrances": {
        "name": (mark("Name"), None),
        "mode": (mark("Mode"), "mode"),
        "open_now": (mark("Open at this hour"), None),
        "on_duty": (mark("People on duty"), None),
        "person": (mark("On duty"), None),
        "phone": (mark("Phone"), None),
        "timetable": (mark("Timetable"), None),
        "egress": (mark("Way out"), "egress"),
        "since": (mark("Since"), None),
        "expires_at": (mark("Valid until"), None),
        "ordered_by": (mark("Ordered by"), None),
        "id": (mark("Number"), None),
    },
    "checkpoints": {
        "name": (mark("Name"), None),
        "kind": (mark("Kind"), "kind"),
        "post_class": (mark("Class"), "post_class"),
        "staff_required": (mark("Staff required"), None),
        "on_duty": (mark("People on duty"), None),
        "person": (mark("On duty"), None),
        "phone": (mark("Phone"), None),
        "since": (mark("Since"), None),
        "ordered_by": (mark("Ordered by"), None),
        "id": (mark("Number"), None),
    },
    "crossings": {
        "name": (mark("Name"), None),
        "highway": (mark("Road class"), None),
        "ref": (mark("Road number"), None),
        "with_post": (mark("With a post"), None),
        "id": (mark("Number"), None),
    },
    "areas": {
        "name": (mark("Name"), None),
        "level": (mark("Level"), "level"),
        "status": (mark("Status"), "status"),
        "responsible": (mark("Responsible"), None),
        "phone": (mark("Phone"), None),
        "households": (mark("Households"), None),
        "population": (mark("Population"), None),
        "id": (mark("Number"), None),
    },
}


# The map


def command_map(view: Frame, *, height: int, wall: bool) -> None:
    """Draw the map; a click on a feature selects it everywhere."""
    with st.container(key=keys.MAP_BOX):
        click = webmap.show(message(view, wall=wall), key=keys.MAP, height=height)
    if click and click.layer and click.id and (click.layer, click.id) != state.selection():
        state.select(click.layer, click.id, by="map")
        st.rerun()


def message(view: Frame, *, wall: bool) -> webmap.MapMessage:
    """Return what the map is to show of the view in the URL."""
    figure, selected = chosen(), state.selection()
    return webmap.MapMessage(
        words=map_words(_),
        layers=(*GROUND, *(OPERATIONAL if figure is None else (figure.layer,))),
        at=None if view.live else view.at.isoformat(timespec="minutes"),
        area=view.area,
        revision=view.store.revision,
        filters={layer: shown for layer in OPERATIONAL if (shown := _filters(layer))},
        selected={selected[0]: (selected[1],)} if selected else {},
        fly_to=_destination(view),
        wall=wall,
        dark=st.context.theme.type == "dark",
        demo=bool(view.store.setting("demo")),
        **_basemap(view),
    )


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
    frame = cache.layer(layer) if feature and layer in _COLUMNS | dict.fromkeys(TERMS["layer"]) else gpd.GeoDataFrame()
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
    """Draw the table of what the map shows of one layer, with its download."""
    layer = _table_layer()
    frame = shown(layer)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.session_state[keys.TABLE_LAYER] = layer
        st.segmented_control(
            _("Table"),
            list(_COLUMNS),
            format_func=lambda name: term("layer", name),
            key=keys.TABLE_LAYER,
            label_visibility="collapsed",
            required=True,
            on_change=lambda: state.put(layer=st.session_state[keys.TABLE_LAYER], show=None),
        )
        st.caption(_("{n} shown").format(n=f"{len(frame):,}"))
    rows = pd.DataFrame({column: _values(frame[column], terms) for column, (_label, terms) in _COLUMNS[layer].items()})
    seed = st.session_state.setdefault(keys.TABLE_SEED, state.param("sel") or "")
    marked = frame.index[frame["id"] == seed.removeprefix(f"{layer}:")].tolist() if seed.startswith(f"{layer}:") else []
    key = f"{keys.TABLE}_{_digest(layer, view.at.isoformat(timespec='minutes'), view.area, _filters(layer), view.store.revision, seed)}"

    def chose() -> None:
        picked = st.session_state[key]["selection"]["rows"]
        if picked:
            state.select(layer, str(frame["id"].iloc[picked[0]]), by="table")
        else:
            state.put(sel=None)

    st.dataframe(
        rows,
        key=key,
        hide_index=True,
        height=min(38 + 35 * max(len(rows), 1), 400),
        column_config=_config(view, layer),
        on_select=chose,
        selection_mode="single-row",
        selection_default={"selection": {"rows": marked}},
        placeholder="–",
    )


def shown(layer: str) -> gpd.GeoDataFrame:
    """Return the features of a layer that the filters leave, with a running index."""
    frame = cache.layer(layer)
    keep = pd.Series(True, index=frame.index)
    for column, values in _filters(layer).items():
        keep &= frame[column].isin(values)
    return frame[keep].reset_index(drop=True)


def _table_layer() -> str:
    figure = chosen()
    wanted = figure.layer if figure else state.param("layer")
    return wanted if wanted in _COLUMNS else "entrances"


def _values(column: pd.Series, terms: str | None) -> pd.Series:
    return column.map(lambda code: term(terms, code)) if terms else column


def _config(view: Frame, layer: str) -> dict[str, Any]:
    config: dict[str, Any] = {column: st.column_config.Column(_(label)) for column, (label, _terms) in _COLUMNS[layer].items()}
    config["name"] = st.column_config.TextColumn(_("Name"), pinned=True)
    zone = str(view.store.time_zone)
    for column in {"since", "expires_at"} & config.keys():
        config[column] = st.column_config.DatetimeColumn(_(_COLUMNS[layer][column][0]), format="YYYY-MM-DD HH:mm", timezone=zone)
    for column in {"on_duty", "staff_required", "households", "population"} & config.keys():
        config[column] = st.column_config.NumberColumn(_(_COLUMNS[layer][column][0]), format="localized")
    return config


def _digest(*parts: object) -> str:
    return hashlib.blake2b(repr(parts).encode(), digest_size=6).hexdigest()
