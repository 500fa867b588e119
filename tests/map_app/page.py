"""One map; beside it how often the script ran and what was clicked, for the test to read."""

from __future__ import annotations

import json

import streamlit as st

from ui.legend.styles import STYLES, map_words
from ui.map import webmap
from ui.shell import state
from words import translator

store = state.store()
st.session_state["runs"] = st.session_state.get("runs", 0) + 1
filters = {"entrances": {"mode": ("sealed",)}} if st.toggle("sealed only") else {}
placing = st.toggle("placing")
message = webmap.MapMessage(
    words=map_words(translator("zh_CN")),
    layers=tuple(name for name, style in STYLES.items() if not style.studied),
    revision=store.revision,
    filters=filters,
    selected={"entrances": ("</script>", "${alert(1)}", "{{'x'}}", "map_0_1")},
    placing=placing,
    demo=True,
)
click = webmap.show(message, key="map", height=560)
if click:
    st.session_state["click"] = {"layer": click.layer, "id": click.id, "lon": round(click.lon, 4), "lat": round(click.lat, 4)}
st.code(json.dumps({"runs": st.session_state["runs"], "click": st.session_state.get("click")}), language=None)
