"""What needs attention: open entrances and posts without anybody, now or soon, and seals past their expiry."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from ui import cache, keys, state
from ui.frame import Frame
from ui.words import _, number, plain, when

SHOWN = 6
PER_GROUP = 2


def attention(view: Frame) -> None:
    """Draw the line of the first few, each a button that selects its feature."""
    items = cache.attention()
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key=keys.ATTENTION):
        if items.empty:
            all_well = _("Every open entrance and post is staffed now and for the next 12 hours; no seal is overdue.")
            st.markdown(f":green[:material/check_circle:] {all_well}")
            return
        st.markdown(f"**{_('Needs attention now')}**")
        # A few of each sort, so that many of one do not hide the others.
        first = items.groupby("sort", sort=False).head(PER_GROUP).head(SHOWN)
        for item in first.itertuples(index=False):
            st.button(
                _says(item, now=view.at),
                key=f"{keys.ATTENTION}_{item.sort}_{item.layer}_{item.id}",
                type="tertiary",
                icon=":material/error:" if item.starts_at <= view.at else ":material/schedule:",
                on_click=state.select,
                args=(item.layer, item.id),
            )
        if len(items) > len(first):
            st.caption(_("and {n} more").format(n=number(len(items) - len(first))))


def _says(item: object, *, now: pd.Timestamp) -> str:
    name = plain(item.name or item.id)  # type: ignore[attr-defined]
    if item.sort == "overdue":  # type: ignore[attr-defined]
        return _("{name}: seal overdue since {moment}").format(name=name, moment=when(item.starts_at))  # type: ignore[attr-defined]
    if item.starts_at <= now:  # type: ignore[attr-defined]
        return _("{name}: nobody there").format(name=name)
    return _("{name}: nobody from {moment}").format(name=name, moment=when(item.starts_at))  # type: ignore[attr-defined]
