"""The reader's language: messages, terms, times and numbers. Import ``_`` from here."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import streamlit as st

from ledgers.terms import TERMS
from ui.shell import state
from words import LOCALES, Locale, Translate, language, translator


def lang() -> str:
    """Return the reader's language: the URL's, else the browser's."""
    return language(state.param("lang") or st.context.locale)


def locale() -> Locale:
    """Return how the reader's language writes."""
    return LOCALES[lang()]


def _(message: str) -> str:
    """Return a message in the reader's language."""
    return translator(lang())(message)


def term(table: str, code: object, say: Translate | None = None) -> str:
    """Return what a code of ``TERMS[table]`` is called; an unknown one is shown as it is, a missing one as a dash.

    ``say`` translates where there is no reader at hand, as when a file is written later on.
    """
    if code is None or pd.isna(code):  # type: ignore[call-overload]
        return "–"
    return (say or _)(TERMS[table].get(str(code), str(code)))


def when(moment: datetime | None, *, year: bool = False) -> str:
    """Return a moment in the workspace's zone, to the minute; a missing one as a dash."""
    if moment is None or pd.isna(moment):
        return "–"
    return locale().dated(moment.astimezone(state.store().time_zone), "moment" if year else "short")


def number(value: float | None) -> str:
    """Return a whole number, grouped; a missing one as a dash."""
    return "–" if value is None or pd.isna(value) else f"{value:,.0f}"


def plain(text: str) -> str:
    """Return text that Markdown shows as it is: nothing from data becomes markup, a link or an icon."""
    return "".join("\\" + c if c in r"\`*_{}[]()<>#+-.!|~$:@&" else " " if c in "\r\n" else c for c in text)
