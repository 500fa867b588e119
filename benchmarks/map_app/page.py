"""The page of ``command_map.py``: entrances and checkpoints as our map, as folium GeoJson or as folium Marker objects.

Plain folium gets its frames from a cache, as a page would keep them; our map's routes keep their answers likewise.
"""

from __future__ import annotations

import json
import time

import folium
import geopandas as gpd
import streamlit as st
from streamlit_folium import st_folium

from ledgers import state as ledger
from queries.store import LOCAL
from queries.view import View
from ui.legend.styles import STYLES, map_words
from ui.map import webmap
from ui.shell import state
from words import translator

LAYERS = ("entrances", "checkpoints")
FULL = ("areas", "compounds", "settlements", "crossings", "entrances", "checkpoints")
LEAFLET_JS, LEAFLET_CSS = [("leaflet", "/assets/leaflet/leaflet.js")], [("leaflet", "/assets/leaflet/leaflet.css")]


@st.cache_resource
def frames(revision: int, at: str) -> dict[str, gpd.GeoDataFrame]:
    return {name: ledger.layer(View(state.store(), LOCAL, at=at), name) for name in LAYERS}


def colour(layer: str, feature: dict) -> str:
    style = STYLES[layer]
    return style.symbols.get(feature[style.by] or "", style.symbols[""]).colour


def empty_map() -> folium.Map:
    west, south, east, north = frames(store.revision, at)["entrances"].total_bounds
    made = folium.Map(location=((south + north) / 2, (west + east) / 2), zoom_start=10, tiles=None, prefer_canvas=True)
    made.default_js, made.default_css = LEAFLET_JS, LEAFLET_CSS
    return made


def geojson_map() -> folium.Map:
    made = empty_map()
    for name, frame in frames(store.revision, at).items():
        shown = frame[["id", "name", STYLES[name].by, "geometry"]]
        folium.GeoJson(
            shown,
            marker=folium.CircleMarker(radius=4, fill=True),
            style_function=lambda f, name=name: {"color": colour(name, f["properties"])},
            tooltip=folium.GeoJsonTooltip(["name", STYLES[name].by]),
        ).add_to(made)
    return made


def marker_map() -> folium.Map:
    made = empty_map()
    for frame in frames(store.revision, at).values():
        rows = frame.drop(columns="geometry").to_dict("records")
        for row, x, y in zip(rows, frame.geometry.x, frame.geometry.y, strict=True):
            folium.Marker((y, x), tooltip=row["name"]).add_to(made)
    return made


store = state.store()
kind = st.query_params["map"]
later = st.toggle("later")
st.button("again")
at = store.now().replace(hour=6 if later else 18).isoformat()
if kind in ("geojson", "markers"):
    frames(store.revision, at)
began = time.perf_counter()
if kind in ("epigrid", "whole"):
    message = webmap.MapMessage(map_words(translator("zh_CN")), FULL if kind == "whole" else LAYERS, at=at, revision=store.revision)
    webmap.show(message, key="map", height=600)
elif kind != "none":
    made = geojson_map() if kind == "geojson" else marker_map()
    st_folium(made, key="map", height=600, use_container_width=True, returned_objects=["last_object_clicked"])
script_ms = (time.perf_counter() - began) * 1000
st.session_state["runs"] = st.session_state.get("runs", 0) + 1
# Not st.code: its highlighter, larger than all else on the page, would be part of what is measured.
st.html(f"<code>{json.dumps({'runs': st.session_state['runs'], 'script_ms': script_ms})}</code>")
