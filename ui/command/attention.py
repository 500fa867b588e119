"""What needs attention: open entrances and posts without anybody, seals past their expiry, and the blind spots of people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from errors import N_
from ledgers.evidence import Figure
from ui.shell import cache, keys, state
from ui.shell.frame import Frame
from ui.shell.words import _, number, plain, when

SHOWN = 6
PER_GROUP = 2
SAYS = {
    "alarm": N_("{name}: alarming reading"),
    "unstaffed": N_("{name}: nobody there"),
    "overdue": N_("{name}: seal overdue since {moment}"),
    "unreported": N_("{name}: not reported"),
    "missed": N_("{name}: {n} readings missed"),
    "unreached": N_("{name}: {n} households not reached"),
    "soon": N_("{name}: nobody from {moment}"),
}
# Where something can be done about those that are no feature to be selected on the map.
PAGES = {
    "alarm": "pages/isolation.py",
    "unreported": "pages/daily_report.py",
    "missed": "pages/isolation.py",
    "unreached": "pages/screening.py",
}


# What the all-clear says of each of these; it is given where every one is asked of all (``ledgers.evidence``).
ASKED = {
    "readings.alarms": N_("people with a fever or a symptom"),
    "readings.missed": N_("missed readings"),
    "entrances.unstaffed": N_("open entrances with nobody there"),
    "checkpoints.unstaffed": N_("posts with nobody there"),
    "gaps.hours": N_("uncovered hours"),
    "entrances.overdue": N_("overdue seals"),
    "reports.missing": N_("units without a report"),
    "screening.unreached": N_("households not reached"),
}


def doubts(figures: Mapping[str, Figure]) -> list[str]:
    """Return of which questions (names of ``ASKED``) no all-clear can be given: not asked of all, or not at all."""
    # Of hours to come the list looks half a day ahead, the figure a whole one: here it only says whether anybody could know.
    return [name for name in ASKED if not (figures[name].whole if name == "gaps.hours" else figures[name].calm)]


def attention(view: Frame) -> None:
    """Draw the line of the first few, each a button that selects its feature."""
    items = cache.attention()
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key=keys.ATTENTION):
        if items.empty:
            if unknown := doubts(cache.evidence(*ASKED)):
                what = _(", ").join(_(ASKED[name]) for name in unknown)
                said = _("Nothing on record needs attention, but not known, or of a part only: {what}").format(what=what)
                st.markdown(f":gray[:material/help: {said}]")
                return
            all_well = _("Every open entrance and post is staffed now and for the next 12 hours; no seal is overdue; nobody is missed.")
            st.markdown(f":green[:material/check_circle:] {all_well}")
            return
        st.markdown(f"**{_('Needs attention now')}**")
        first = _first(items)
        for item in first.itertuples(index=False):
            _item(item, now=view.at)
        if len(items) > len(first):
            st.caption(_("and {n} more").format(n=number(len(items) - len(first))))


def _first(items: pd.DataFrame) -> pd.DataFrame:
    """Return the few that are shown: one of each sort, then a second, so that many of one do not hide the others."""
    place = items.groupby("sort", sort=False).cumcount()
    return items.assign(place=place)[place < PER_GROUP].sort_values("place", kind="stable").head(SHOWN)


def _item(item: Any, *, now: datetime) -> None:
    """Draw one as a button: it selects the feature on the map, or leads to the page where something can be done."""
    page = PAGES.get(item.sort)
    pressed = st.button(
        _says(item, now=now),
        key=f"{keys.ATTENTION}_{item.sort}_{item.layer}_{item.id}",
        type="tertiary",
        icon=":material/schedule:" if item.starts_at > now else ":material/error:",
        on_click=None if page else state.select,
        args=() if page else (item.layer, item.id),
    )
    if pressed and page:
        st.switch_page(page, query_params={**state.carried(), **({"unit": item.id} if item.sort == "unreported" else {})})


def _says(item: Any, *, now: datetime) -> str:
    words = {"name": plain(str(item.name or item.id)), "moment": when(item.starts_at), "n": "" if pd.isna(item.n) else number(item.n)}
    message = SAYS[item.sort] if item.sort != "soon" or item.starts_at > now else SAYS["unstaffed"]
    return _(message).format(**words)
