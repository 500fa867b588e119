"""Headline figures: a number, what it counts, and the section of the page that lists it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from briefing.model import UNKNOWN
from ledgers.evidence import Figure
from ui.shell import keys, state
from ui.shell.words import _, number


@dataclass(frozen=True)
class Tile:
    """One figure: its label and value as shown, what is told under it, whether it is a problem, and the section (``tab``) behind it.

    ``figure`` says of how many it was asked, of a number whose zero could be taken for an all-clear: a zero of which nobody was asked is
    not known, one asked of some says of how many it was not.
    """

    name: str
    label: str
    value: str
    told: str
    problem: bool = False
    tab: str = ""
    figure: Figure | None = None

    @property
    def look(self) -> str:
        """Return ``problem``, ``calm`` or ``unknown``."""
        return "problem" if self.problem else "calm" if self.figure is None else self.figure.look


def in_part(figure: Figure | None) -> str:
    """Return of how many a figure was not asked, in words; empty where it was asked of all, or where it is not known at all."""
    if figure is None or not figure.partial or figure.coverage is None:
        return ""
    if figure.coverage.unasked is None:
        return _("asked of {asked}; how many there are is not known").format(asked=number(figure.coverage.asked))
    return _("not known of {unasked} of {total}").format(unasked=number(figure.coverage.unasked), total=number(figure.coverage.total or 0))


def tiles(figures: list[Tile]) -> None:
    """Draw figures in a row; a click on one opens its section."""
    with st.container(horizontal=True, gap="small", key=keys.FIGURES):
        for figure in figures:
            known = figure.figure is None or figure.figure.known or figure.problem
            with st.container(border=True, key=f"{keys.FIGURE}_{figure.look}_{figure.name}", gap=None):
                st.metric(figure.label, figure.value if known else _(UNKNOWN))
                st.caption(" · ".join(filter(None, (figure.told, in_part(figure.figure)))))
                if figure.tab:
                    st.button(
                        _("Show {figure}").format(figure=figure.label),
                        key=f"{keys.FIGURE_SHOW}_{figure.name}",
                        on_click=state.put,
                        kwargs={"tab": figure.tab},
                        width="stretch",
                    )
