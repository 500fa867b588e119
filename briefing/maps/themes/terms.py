"""The words of a sheet: what codes are called, moments, hours and numbers as they are printed."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pandas as pd

from briefing.view import View
from errors import N_
from ledgers.terms import TERMS
from words import LOCALES, Translate

NOTHING = "–"
_DAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
_DAY = "|".join(_DAYS)
ALL_DAY, _CLOSED = N_("all day"), N_("closed")
_COMMA, _SEMICOLON, _THROUGH = N_(", "), N_("; "), N_("–")


def term(translate: Translate, table: str, code: object) -> str:
    """Return what a code of ``TERMS[table]`` is called; an unknown one is shown as it is, a missing one as a dash.

    A ramp is called as its road: symbols on paper do not tell them apart.
    """
    if code is None or pd.isna(code):  # type: ignore[call-overload]
        return NOTHING
    return translate(TERMS[table].get(str(code).removesuffix("_link"), str(code)))


def moment(view: View, at: datetime, *, year: bool = False) -> str:
    """Return a moment in the workspace's zone, to the minute, as the sheet's readers write it."""
    return LOCALES[view.lang].dated(at.astimezone(view.store.time_zone), "moment" if year else "short")


def day(view: View, on: Any) -> str:
    """Return a day without its year; a missing one as a dash."""
    if on is None or pd.isna(on):
        return NOTHING
    local = on.astimezone(view.store.time_zone).date() if isinstance(on, datetime) else on
    return LOCALES[view.lang].dated(local, "month_day")


def number(value: float | None) -> str:
    """Return a whole number, grouped; a missing one as a dash."""
    return NOTHING if value is None or pd.isna(value) else f"{value:,.0f}"


def road(translate: Translate, name: object, highway: object) -> str:
    """Return what a road is called, and of which class it is."""
    called = str(name) if isinstance(name, str) and name else translate(N_("unnamed road"))
    return called + translate(N_(" ({names})")).format(names=term(translate, "highway", highway))


def of(part: int, whole: int) -> str:
    """Return how many of how many.

    >>> of(7, 1200)
    '7/1,200'
    """
    return f"{part:,}/{whole:,}"


def hours(translate: Translate, mode: object, timetable: object) -> str:
    """Return when an entrance is open: its timetable in the reader's words, all day, or never (a dash).

    >>> hours(lambda text: text, "open_hours", "Mon-Fri 06:00-22:00; Sat,Sun closed")
    'Mon–Fri 06:00–22:00; Sat, Sun closed'
    """
    if mode == "open_24h":
        return translate(ALL_DAY)
    if mode != "open_hours" or not isinstance(timetable, str):
        return NOTHING
    comma, semicolon, through = (translate(text) for text in (_COMMA, _SEMICOLON, _THROUGH))
    text = re.sub(rf"({_DAY})-({_DAY})", rf"\1{through}\2", timetable)
    text = re.sub(r"(\d\d:\d\d)-(\d\d:\d\d)", r"\1–\2", text).replace(",", comma).replace("; ", semicolon)
    return re.sub(rf"{_DAY}|closed", lambda word: translate(_CLOSED if word[0] == "closed" else word[0]), text)
