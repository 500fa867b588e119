"""A server with the map's routes and one page with the map: ``streamlit run tests/map_app/app.py``."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from queries.store import LOCAL
from ui.http.door import Door
from ui.http.guards import LoopbackOnly
from ui.http.routes import routes
from ui.shell import state

app = st.App(
    Path(__file__).with_name("page.py"),
    routes=routes(Door(state.store, lambda _: LOCAL)),
    middleware=[Middleware(LoopbackOnly)],
)
