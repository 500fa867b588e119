"""The composition root: one process with the pages, the routes beside them and the open workspace.

``streamlit run dashboard.py`` finds ``app``.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware
from streamlit import config

import channel
from errors import EpiGridError
from queries.store import LOCAL
from ui import state
from ui.control import control_routes
from ui.routes import LoopbackOnly, layer_routes

# Never empty: what nobody was told, nobody can show.
_secret = [secrets.token_urlsafe(32)]


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[dict[str, object]]:
    """Hold the workspace open while the server runs, and tell the command line where to find it."""
    folder = None
    try:
        folder = state.store().path
        _secret[:] = [channel.announce(folder, config.get_option("server.port"))]
    except EpiGridError as error:
        # The pages try again and say the same; the log has it at once.
        logging.getLogger(__name__).error("%s", error)
    yield {}
    if folder:
        channel.withdraw(folder)
    state.close_store()


def show_error(error: Exception) -> bool:
    """Tell a failure on the page; see ``ui.frame``, which is loaded once Streamlit's runtime is there for its caches."""
    from ui import frame

    return frame.show_error(error)


app = st.App(
    "home.py",
    lifespan=lifespan,
    routes=[*layer_routes(state.store, lambda _: LOCAL), *control_routes(state.store, lambda: _secret[0])],
    middleware=[Middleware(LoopbackOnly, allowed=config.get_option("server.allowedHosts") or ())],
    on_script_error=show_error,
)
