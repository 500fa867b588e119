"""The sections below a map: one at a time is drawn, and the URL says which."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import streamlit as st

from errors import mark
from ui.shell import keys, state
from ui.shell.frame import Frame
from ui.shell.words import _

SPANS: dict[str, tuple[str, timedelta]] = {
    "day": (mark("next 24 hours"), timedelta(hours=24)),
    "week": (mark("next 7 days"), timedelta(days=7)),
    "past_day": (mark("last 24 hours"), timedelta(hours=-24)),
    "past_week": (mark("last 7 days"), timedelta(days=-7)),
}


def sections(bodies: Mapping[str, tuple[str, Callable[[], None]]]) -> None:
    """Draw the choice of a section and the one chosen; each has its name (translated) and what draws it."""
    wanted = state.param("tab")
    chosen = wanted if wanted is not None and wanted in bodies else next(iter(bodies))
    st.session_state[keys.SECTION] = chosen
    st.segmented_control(
        _("Section"),
        list(bodies),
        format_func=lambda name: bodies[name][0],
        key=keys.SECTION,
        required=True,
        label_visibility="collapsed",
        wrap=True,
        on_change=lambda: state.put(tab=st.session_state[keys.SECTION]),
    )
    bodies[chosen][1]()


def span(view: Frame, section: str) -> tuple[datetime, datetime]:
    """Draw the choice of how far ahead or back to look; return the window."""
    chosen = st.segmented_control(
        _("Window"),
        list(SPANS),
        format_func=lambda name: _(SPANS[name][0]),
        default="day",
        required=True,
        key=f"{keys.SPAN}_{section}",
        label_visibility="collapsed",
    )
    start, end = sorted((view.at, view.at + SPANS[chosen or "day"][1]))
    return start, end
