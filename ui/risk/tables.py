"""The levels of risk in figures and as a table; a row chosen selects its area everywhere."""

from __future__ import annotations

import hashlib

import pandas as pd
import streamlit as st

from briefing import facts
from errors import N_
from ledgers.risk import levels
from ledgers.risk.levels import TIERS
from ledgers.risk.rules import LEVELS
from ui.shell import cache, keys, state
from ui.shell.figures import printed
from ui.shell.frame import Frame
from ui.shell.listing import Column, listing
from ui.shell.words import _, number, plain, term, when

HEIGHT = 470
_COLUMNS = (
    Column("name", N_("Area")),
    Column("level", N_("Risk level"), "term:risk"),
    Column("since", N_("Since"), "moment"),
    Column("until", N_("Changes on"), "moment"),
    Column("told", N_("Why")),
    Column("cases", N_("Cases in all"), "number"),
    Column("new_in_window", N_("New cases"), "number"),
    Column("clusters", N_("Clusters"), "number"),
    Column("computed", N_("By the rule"), "term:risk"),
    Column("ordered_by", N_("Ordered by")),
    Column("ordered_until", N_("Ordered until"), "moment"),
    Column("id", N_("Number")),
)


def shown_tier() -> str:
    """Return which areas are shown: the URL's choice, else the smallest that there are."""
    asked = state.param("tier") or ""
    return asked if asked in _tiers() else next(iter(_tiers()), "unit")


def _tiers() -> list[str]:
    there = set(cache.risk_levels()["area_level"])
    return [tier for tier, of in TIERS.items() if there & set(of)]


def _of_tier() -> pd.DataFrame:
    found = cache.risk_levels()
    return found[found["area_level"].isin(TIERS[shown_tier()])]


def level_figures() -> None:
    """Draw how many areas stand at each level, the cases, and the next change."""
    found = _of_tier()
    with st.container(horizontal=True, gap="small", key=keys.FIGURES):
        for level in reversed(LEVELS):
            of = found[found["level"] == level]
            told = _("of {total}").format(total=number(len(found)))
            if ordered := int(of["ordered"].sum()):
                told += " · " + _("{n} by order").format(n=number(ordered))
            count = facts.at_level(cache.view(), level, shown_tier())
            _tile(level, term("risk", level), printed(f"risk.{level}", count), told, problem=level != "low" and len(of) > 0)
        _case_tile()
        _change_tile(found)


def _tile(name: str, label: str, value: str, told: str, *, problem: bool = False) -> None:
    with st.container(border=True, key=f"{keys.FIGURE}_{'problem' if problem else 'calm'}_{name}", gap=None):
        st.metric(label, value)
        st.caption(told)


def _case_tile() -> None:
    cases = cache.cases()
    told = _("none recorded") if cases.empty else _("the last on {moment}").format(moment=when(cases["confirmed_at"].iloc[0]))
    if clustered := int(cases["cluster"].sum()):
        told += " · " + _("{n} in clusters").format(n=number(clustered))
    _tile("cases", _("Confirmed cases"), printed("cases.confirmed"), told)


def _change_tile(found: pd.DataFrame) -> None:
    changing = found.dropna(subset="until").sort_values("until")
    if changing.empty:
        _tile("change", _("Next change"), "–", _("nothing changes by itself"))
        return
    first = changing[changing["until"] == changing["until"].iloc[0]]
    names = _(", ").join(plain(name or i) for i, name in first[["id", "name"]].head(3).itertuples(index=False))
    _tile("change", _("Next change"), when(first["until"].iloc[0]), names + (" …" if len(first) > 3 else ""))


def level_table(view: Frame) -> None:
    """Draw the areas of the tier in view, the highest level first."""
    if not _tiers():
        st.caption(_("No area is known that could have a level: load the list of areas first."))
        return
    st.session_state[keys.RISK_TIER] = shown_tier()
    labels = {
        "unit": _("Villages and communities"),
        "township": _("Townships"),
        "district": _("Districts"),
        "city": _("Cities"),
    }
    st.segmented_control(
        _("Areas"),
        _tiers(),
        format_func=labels.__getitem__,
        key=keys.RISK_TIER,
        required=True,
        label_visibility="collapsed",
        on_change=lambda: state.put(tier=st.session_state[keys.RISK_TIER]),
    )
    found = _of_tier()
    rank = found["level"].map({level: n for n, level in enumerate(LEVELS)})
    frame = found.assign(rank=rank, told=[why.text(_) for why in found["why"]]).sort_values(
        ["rank", "cases"], ascending=False, kind="stable"
    )
    selected = state.selection()
    marked = [n for n, i in enumerate(frame["id"]) if selected == ("areas", i)]
    seen = (shown_tier(), view.at.isoformat(timespec="minutes"), view.area, view.store.revision, st.session_state.get(keys.TABLE_SEED))

    def pick(rows: list[int]) -> None:
        if rows:
            state.select("areas", str(frame["id"].iloc[rows[0]]), by="table")
        else:
            state.put(sel=None)

    listing(
        frame,
        _COLUMNS,
        key=f"{keys.TABLE}_{hashlib.blake2b(repr(seen).encode(), digest_size=6).hexdigest()}",
        file="risk_areas",
        max_height=HEIGHT - 60,
        on_pick=pick,
        marked=marked,
    )
    if bool(found["ahead"].any()) and not bool(found["ordered"].all()):
        st.caption(_(levels.AHEAD))
