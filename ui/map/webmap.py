"""The map in the browser: a Leaflet map that fetches its data from routes and draws it on canvas.

The script of the map is constant, so that a rerun of the page never reloads it. All that changes (moment, filters, selection, where to
look) travels as one small message; the data itself, and any text in it, never does.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import folium
import streamlit as st
from folium.template import Template
from streamlit_folium import st_folium

from ui.legend.styles import browser_table
from ui.map import bundle

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class MapMessage:
    """What the map shows.

    Attributes
    ----------
    at, known_at
        ISO 8601 moments; none is now, and everything known.
    area
        The id of the area shown with all under it; none is the whole workspace.
    revision
        The store's: data is fetched again when it grows.
    layers
        The layers drawn, names of ``ui.legend.styles.STYLES``.
    filters
        By layer and column, the values shown: ``{"entrances": {"mode": ("sealed",)}}``.
    selected
        By layer, the ids of the selected features.
    fly_to
        West, south, east, north: the map goes there when this changes; none at the start shows the whole workspace.
    printable
        The map has a button that prints what is on the screen (``Click.extent``).
    placing
        The next click places something: it returns the spot alone, whatever lies there.
    question
        What the layers of a study answer, as parameters of their route.
    wall, dark
        Large symbols and no controls; the dark theme.
    words
        What the map says, as ``ui.legend.styles.map_words`` gives it.
    basemaps, basemap_credit
        Tile address templates of an online basemap, drawn in this order instead of the built-in one, and whose they are.
    demo
        The data is invented, and the map says so.
    """

    words: Mapping[str, str]
    layers: tuple[str, ...]
    at: str | None = None
    known_at: str | None = None
    area: str | None = None
    revision: int = 0
    filters: Mapping[str, Mapping[str, tuple[Any, ...]]] = field(default_factory=dict)
    selected: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fly_to: Bounds | None = None
    printable: bool = False
    placing: bool = False
    question: Mapping[str, str] = field(default_factory=dict)
    wall: bool = False
    dark: bool = False
    basemaps: tuple[str, ...] = ()
    basemap_credit: str = ""
    demo: bool = False


@dataclass(frozen=True)
class Click:
    """A click on the map: where, and the feature hit, if any; one on the button that prints has the extent on the screen instead."""

    lon: float
    lat: float
    layer: str | None = None
    id: str | None = None
    extent: Bounds | None = None


class WebMap(folium.Map):
    """The empty map, with Leaflet and our own drawing code from this machine and nothing from any other."""

    _template = Template(
        """
        {% macro header(this, kwargs) %}
            <style>
                html, body { margin: 0; height: 100%; overflow: hidden; }
                #{{ this.get_name() }} { width: 100% !important; height: 100vh !important; }
            </style>
        {% endmacro %}
        {% macro html(this, kwargs) %}
            <div class="folium-map" id={{ this.get_name()|tojson }} ></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = epigrid.start({{ this.get_name()|tojson }}, "{{ this.styles }}");
        {% endmacro %}
        """
    )

    def __init__(self) -> None:
        super().__init__(location=(0, 0), tiles=None)
        version = bundle.version()
        self.default_js = [("epigrid", f"/assets/map/{version}.js")]
        self.default_css = [("leaflet", "/assets/leaflet/leaflet.css"), ("epigrid", f"/assets/epigrid/{bundle.STYLE_SHEET.name}?{version}")]
        self.styles = _packed(browser_table())


class Update(folium.FeatureGroup):
    """A message to the map that is on screen.

    It takes the place of a feature group because streamlit-folium hands those to a running map without reloading it.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.layerGroup();
            epigrid.update("{{ this.message }}");
        {% endmacro %}
        """
    )

    def __init__(self, message: MapMessage) -> None:
        super().__init__()
        self.message = _packed(asdict(message))


def show(message: MapMessage, *, key: str, height: int) -> Click | None:
    """Draw the map on the page.

    Parameters
    ----------
    key
        Names the map on its page: while it stays, the map stays, with the view the reader chose.
    height
        CSS pixels.

    Returns
    -------
    Click or None
        A click, once: in the run that it caused.
    """
    answer = st_folium(
        WebMap(),
        key=key,
        height=height,
        use_container_width=True,
        returned_objects=["last_clicked"],
        feature_group_to_add=Update(message),
    )
    clicked = (answer or {}).get("last_clicked")
    seen = f"{key}.last_click"
    if not clicked or clicked.get("n") == st.session_state.get(seen):
        return None
    st.session_state[seen] = clicked.get("n")
    extent = tuple(clicked["extent"]) if "extent" in clicked else None
    return Click(lon=clicked["lng"], lat=clicked["lat"], layer=clicked.get("layer"), id=clicked.get("id"), extent=extent)


def _packed(value: Any) -> str:
    """Return JSON as Base64: streamlit-folium edits scripts by pattern, and finds nothing to edit in this, whatever ids it carries."""
    return base64.b64encode(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()).decode("ascii")
