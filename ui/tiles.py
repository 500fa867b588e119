"""Headline figures: a number, what it counts, and the section of the page that lists it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from ui import keys, state
from ui.words import _


@dataclass(frozen=True)
class Tile:
    """One figure: its label and value as shown, what is told under it, whether it is a problem, and the section (``tab``) behind it."""

    name: str
    label: str
    value: str
    told: str
    problem: bool = False
    tab: str = ""


def tiles(figures: list[Tile]) -> None:
    """Draw figures in a row; a click on one opens its section."""
    with st.container(horizontal=True, gap="small", key=keys.FIGURES):
        for figure in figures:
            look = "problem" if figure.problem else "calm"
            with st.container(border=True, key=f"{keys.FIGURE}_{look}_{figure.name}", gap=None):
                st.metric(figure.label, figure.value)
                st.caption(figure.told)
                if figure.tab:
                    st.button(
                        _("Show {figure}").format(figure=figure.label),
                        key=f"{keys.FIGURE_SHOW}_{figure.name}",
                        on_click=state.put,
                        kwargs={"tab": figure.tab},
                        width="stretch",
                    )
