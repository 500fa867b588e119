"""The title line, and wall mode: for the screen everyone looks at and nobody touches."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from ui.shell import cache, keys, state
from ui.shell.frame import Frame
from ui.shell.words import _, plain, when

_CSS = Path(__file__).with_name("wall.css")


def title(view: Frame) -> None:
    """Draw the area's name and the moment."""
    areas = cache.area_tree()
    names = dict(zip(areas["id"], areas["name"], strict=True))
    name = names.get(view.area or "") or view.store.setting("title") or _("All areas")
    moment = _("as of {moment}").format(moment=f"**{plain(when(view.at, year=True))}**")
    with st.container(horizontal=True, vertical_alignment="center", width="content", gap="xsmall", key=keys.TITLE):
        st.markdown(f"# {plain(name)}", width="content")
        st.markdown(moment if view.live else f":orange[:material/history: {moment}]", width="content")


def wall_toggle(*, on: bool) -> None:
    """Draw the switch of wall mode, and its style while it is on."""
    if on:
        st.html(_CSS)
    st.button(
        "",
        icon=":material/fullscreen_exit:" if on else ":material/tv:",
        key=keys.WALL,
        help=_("Leave the wall display") if on else _("Wall display"),
        on_click=state.put,
        kwargs={"wall": None if on else "1"},
    )
