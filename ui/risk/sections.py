"""Below the map of risk areas: the cases by day and one by one, the figures of the grids, the rule and where it comes from."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from briefing.maps.styles import BLUE, SKY, VERMILLION
from errors import mark
from ledgers.risk.rules import rule_on, rules
from ui.shell import cache, keys
from ui.shell.acts import act_button
from ui.shell.frame import Frame
from ui.shell.listing import Column, listing
from ui.shell.words import _, locale, number, plain

CHART_HEIGHT = 220
_LEAST_DAYS = 28
_CASES = (
    Column("area_name", mark("Area")),
    Column("confirmed_at", mark("Confirmed"), "moment"),
    Column("cluster", mark("In a cluster"), "yes"),
    Column("recorded_at", mark("Entered on"), "moment"),
    Column("recorded_by", mark("Entered by")),
)
_GRIDS = (
    Column("name", mark("Area")),
    Column("level", mark("Level"), "term:level"),
    Column("isolating", mark("Isolating"), "number"),
    Column("households", mark("Households"), "number"),
    Column("per_100", mark("Per 100 households"), "decimal"),
    Column("readings_missed", mark("Missed readings"), "number"),
    Column("unreached", mark("Not reached"), "number"),
)


def case_section(view: Frame) -> None:
    """Draw the cases by day, and each of them with the button that withdraws one."""
    cases = cache.cases()
    if cases.empty:
        st.caption(_("No case has been confirmed here."))
        return
    rule, _ahead = rule_on(rules(view.store), view.at.date())
    frame = by_day(cases, view.at.date(), rule.window_days)
    names = {True: _("In a cluster"), False: _("Other cases")}
    drawn = frame.assign(kind=frame["cluster"].map(names), day=[locale().dated(day, "month_day") for day in frame["day"]])
    st.vega_lite_chart(drawn, _spec(list(names.values())), key=keys.RISK_CHART, height=CHART_HEIGHT, alt=_("Cases by day"))
    st.caption(_("Pale: cases that are no longer new ({days} days and more).").format(days=number(rule.window_days)))
    with st.container(horizontal=True, gap="xsmall"):
        act_button(_("Correct a case"), "correct_case", icon=":material/edit_note:")
        act_button(_("Withdraw a case"), "withdraw_case", icon=":material/delete:")
    listing(cases, _CASES, key=f"{keys.LISTING}_cases", file="cases")


def by_day(cases: pd.DataFrame, today: date, window_days: int) -> pd.DataFrame:
    """Return the cases of each day up to today, of clusters and others: ``day, cluster, cases, new``; four weeks at least."""
    days = cases["confirmed_at"].dt.tz_localize(None).dt.normalize()
    first = min(days.min(), pd.Timestamp(today - timedelta(days=_LEAST_DAYS - 1)))
    every = pd.date_range(first, pd.Timestamp(today), name="day")
    parts = [
        days[cases["cluster"] == cluster].value_counts().reindex(every, fill_value=0).rename("cases").reset_index().assign(cluster=cluster)
        for cluster in (True, False)
    ]
    frame: pd.DataFrame = pd.concat(parts, ignore_index=True)
    frame["new"] = frame["day"] > pd.Timestamp(today - timedelta(days=window_days))
    return frame


def _spec(names: list[str]) -> dict[str, Any]:
    blue = SKY if st.context.theme.type == "dark" else BLUE
    return {
        "mark": {"type": "bar"},
        "encoding": {
            "x": {"field": "day", "type": "ordinal", "sort": None, "title": None, "axis": {"labelAngle": 0, "labelOverlap": True}},
            "y": {"field": "cases", "type": "quantitative", "title": None, "axis": {"tickMinStep": 1}},
            "color": {
                "field": "kind",
                "type": "nominal",
                "title": None,
                "scale": {"domain": names, "range": [VERMILLION, blue]},
                "legend": {"orient": "top"},
            },
            "opacity": {"condition": {"test": "datum.new", "value": 1}, "value": 0.4},
            "tooltip": [
                {"field": "day", "title": _("Day")},
                {"field": "kind", "title": _("Kind")},
                {"field": "cases", "title": _("Confirmed cases")},
            ],
        },
    }


def grid_section() -> None:
    """Draw the figures by which the grids are shaded, those with most to do first."""
    found = cache.shades()
    frame = found.assign(per_100=100 * found["isolating_per_household"])
    order = ["readings_missed", "unreached", "isolating"]
    listing(frame.sort_values(order, ascending=False, kind="stable"), _GRIDS, key=f"{keys.LISTING}_grids", file="grids")


def rule_section(view: Frame) -> None:
    """Say the rules that are applied, and where each comes from."""
    for rule in rules(view.store):
        st.markdown(f"**{_('From {day}').format(day=rule.since.isoformat())}** — {plain(_(rule.source))}")
        words = {"days": number(rule.window_days), "threshold": number(rule.threshold)}
        lines = (
            _("Low: no confirmed case, or no new one for {days} days."),
            _("Medium: a new case within {days} days and no more than {threshold} in all, or more but no cluster within {days} days."),
            _("High: more than {threshold} cases in all, and a cluster within {days} days."),
        )
        st.markdown("\n".join(f"- {line.format(**words)}" for line in lines))
    st.caption(
        _(
            "A case counts in its area and in every area above it; it is new on its day and the days after it. "
            "An ordered level holds for its own area alone."
        )
    )
