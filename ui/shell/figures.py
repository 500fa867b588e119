"""Figures that pages and paper share: each is one indicator of the briefing, asked and printed in one way."""

from __future__ import annotations

from types import EllipsisType

import streamlit as st

from briefing.indicators import INDICATORS, Value
from ui.shell import cache
from ui.shell.words import _


def printed(query: str, value: Value | EllipsisType = ...) -> str:
    """Return an indicator as the briefing prints it, of the moment in view or a value given; what no record backs is not known."""
    return INDICATORS[query].text(cache.indicator(query) if isinstance(value, EllipsisType) else value, _)


def some(query: str) -> bool:
    """Tell whether an indicator of the moment and area in view is known and above zero."""
    return bool(cache.indicator(query))


def all_clear(query: str, said: str, what: str) -> None:
    """Draw that nothing of a kind is on record: as an all-clear where the indicator was asked of all, else as what nobody can know."""
    if cache.evidence(query)[query].whole:
        st.markdown(f":green[:material/check_circle:] {said}")
        return
    unknown = _("Nothing on record needs attention, but not known, or of a part only: {what}").format(what=what)
    st.markdown(f":gray[:material/help: {unknown}]")
