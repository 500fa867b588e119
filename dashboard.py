"""The composition root: one process with the pages, the routes beside them and the open workspace.

``streamlit run dashboard.py`` finds ``app``.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st

from errors import EpiGridError
from ui import state
from ui.frame import show_error


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[dict[str, object]]:
    """Hold the workspace open while the server runs."""
    try:
        state.store()
    except EpiGridError as error:
        # The pages try again and say the same; the log has it at once.
        logging.getLogger(__name__).error("%s", error)
    yield {}
    state.close_store()


app = st.App("home.py", lifespan=lifespan, on_script_error=show_error)
