"""What a map is told: the layers, filters and place of the view that the URL holds."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from ledgers.risk.shades import NAMES
from queries.layers import LAYERS
from ui.legend.styles import map_words
from ui.map import webmap
from ui.shell import cache, keys, state
from ui.shell.frame import Frame
from ui.shell.words import _

GROUND = ("areas", "compounds", "settlements", "venues", "open_ends")
OPERATIONAL = ("crossings", "entrances", "checkpoints")
# Half the side, in degrees, of what the map shows around a point it goes to: about a quarter of a kilometre.
AROUND_POINT = 0.0025

# Of a layer, the column that the reader filters by, and the parameter of the URL that holds the choice.
_CHOICES = {"entrances": ("mode", "modes"), "checkpoints": ("kind", "kinds")}


def message(view: Frame, *, wall: bool = False) -> webmap.MapMessage:
    """Return what a map is to show of the view in the URL; who draws it puts layers and filters of its own in their place."""
    selected = state.selection()
    return webmap.MapMessage(
        words=map_words(_),
        layers=(*shaded(), *GROUND, *OPERATIONAL, "marks"),
        at=None if view.live else view.at.isoformat(timespec="minutes"),
        area=view.area,
        revision=view.store.revision,
        filters={layer: wanted for layer in OPERATIONAL if (wanted := filters(layer))} | {"risk": {"finest": (True,)}},
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


def filters(layer: str) -> dict[str, tuple[Any, ...]]:
    """Return the values of a layer's columns that are shown by the filters of the URL."""
    column, param = _CHOICES.get(layer, ("", ""))
    return {column: values} if param and (values := state.params(param)) else {}


def shown(layer: str) -> gpd.GeoDataFrame:
    """Return the features of a layer that the filters leave, as the map does."""
    return filtered(cache.layer(layer), filters(layer))


def filtered(frame: gpd.GeoDataFrame, values: dict[str, tuple[Any, ...]]) -> gpd.GeoDataFrame:
    """Return the features that have one of the values in each of some columns."""
    keep = pd.Series(True, index=frame.index)
    for column, wanted in values.items():
        keep &= frame[column].isin(wanted)
    return frame[keep]


def _basemap(view: Frame) -> dict[str, Any]:
    online = view.store.setting("basemap") or {}
    return {"basemaps": tuple(online.get("tiles", ())), "basemap_credit": online.get("credit", "")}


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
