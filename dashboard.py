"""The composition root: one process with the pages, the routes beside them and the open workspace.

``streamlit run dashboard.py`` finds ``app``.
"""

from __future__ import annotations

import contextlib
import logging
import secrets
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import duckdb
import streamlit as st
from starlette.middleware import Middleware
from streamlit import config

import channel
from errors import EpiGridError
from queries.store import LOCAL, Store
from queries.view import View
from ui.http.door import Door
from ui.http.guards import LoopbackOnly
from ui.http.routes import routes
from ui.shell import state

_log = logging.getLogger(__name__)

# Never empty: what nobody was told, nobody can show.
_secret = [secrets.token_urlsafe(32)]

_door = Door(state.store, lambda _: LOCAL, get_token=lambda: _secret[0])


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[dict[str, object]]:
    """Hold the workspace open while the server runs, and tell the command line where to find it."""
    announced: list[Path] = []

    def opened(store: Store) -> None:
        announced.append(store.path)
        try:
            _secret[:] = [channel.announce(store.path, config.get_option("server.port"))]
        except OSError as error:
            _log.error("commands cannot reach this dashboard: %s", error)
        threading.Thread(target=_prepare, daemon=True, name="prepare").start()

    state.when_opened(opened)
    try:
        state.store()
    except EpiGridError as error:
        # A command may hold it for a while. The pages try again and say the same; the log has it at once.
        _log.error("%s", error)
    try:
        yield {}
    finally:
        for folder in announced:
            channel.withdraw(folder)
        state.close_store()


def _prepare() -> None:
    """Load and cut ahead what the first visitor would otherwise wait for."""
    from ledgers.overview import figures

    with contextlib.suppress(EpiGridError, duckdb.Error):  # the visitor who needs it gets it told
        _door.basemap.tiles(state.store())
        figures(View(state.store(), LOCAL))


def show_error(error: Exception) -> bool:
    """Tell a failure on the page; see ``ui.shell.frame``, which is loaded once Streamlit's runtime is there for its caches."""
    from ui.shell import frame

    return frame.show_error(error)


app = st.App(
    "home.py",
    lifespan=lifespan,
    routes=routes(_door),
    middleware=[Middleware(LoopbackOnly, allowed=config.get_option("server.allowedHosts") or ())],
    on_script_error=show_error,
)
