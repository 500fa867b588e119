"""Beneath the daily report: the episodes that a number counts, and the totals of the days before."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st

from briefing.maps.styles import BLUE, GREEN, VERMILLION
from errors import mark
from ledgers.reports.daily_report import Daily
from ledgers.reports.report_figures import FIGURES, STATES
from ledgers.reports.report_lists import of_figure
from ui.reports.view import chosen_figure, chosen_unit
from ui.shell import cache, keys, state
from ui.shell.listing import Column, listing
from ui.shell.words import _, plain, term

_EPISODES = (
    Column("name", mark("Name")),
    Column("unit_name", mark("Unit")),
    Column("area_name", mark("Area")),
    Column("state", mark("At the cut-off"), "term:episode_state"),
    Column("place", mark("Place"), "term:place"),
    Column("first_started", mark("Started"), "moment"),
    Column("since", mark("In this state since"), "moment"),
    Column("learned_at", mark("First recorded"), "moment"),
    Column("state_now", mark("As known now"), "term:episode_state"),
    Column("episode_id", mark("Number")),
)
_COLOURS = {"observing": BLUE, "hospital": VERMILLION, "released": GREEN, "transferred": "#777777", "refuted": "#BBBBBB"}
_HEIGHT = 240


def opened(found: Daily) -> None:
    """Draw the episodes that the chosen figure of the chosen unit counts."""
    unit, figure, whole = chosen_unit(found), chosen_figure(), state.area() is None
    units = [unit] if unit else None if whole else [str(i) for i in found.units.index]
    where = plain(str(found.units["name"].to_dict()[unit] or unit)) if unit else _("Total")
    episodes = cache.report_episodes(found)
    counts = {name: len(of_figure(episodes, name, units=units)) for name in (*FIGURES, "later")}
    st.session_state[keys.REPORT_FIGURE] = figure
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{_('Who is counted')}** · {where}", width="content")
        st.pills(
            _("Who is counted"),
            [name for name, n in counts.items() if n or name == figure],
            format_func=lambda name: f"{term('report_field', name)} {counts[name]}",
            key=keys.REPORT_FIGURE,
            label_visibility="collapsed",
            required=True,
            on_change=lambda: state.put(figure=st.session_state[keys.REPORT_FIGURE]),
        )
    rows = of_figure(episodes, figure, units=units)
    if rows.empty:
        st.caption(_("Nobody."))
        return
    listing(rows, _EPISODES, key=f"{keys.LISTING}_report", file=f"daily_report_{found.period.date}_{figure}", max_height=300)


def days_before(day: date) -> None:
    """Draw the totals of two weeks of reports, each as known at its cut-off."""
    frame = cache.report_history(day)
    st.markdown(f"**{_('The last two weeks')}**")
    if not frame["cumulative"].any():
        st.caption(_("No isolation was known at any of these cut-offs."))
        return
    days = frame.assign(day=[f"{day.month}-{day.day}" for day in frame["date"]]).drop(columns="date")
    told = days.melt(["day", "new"], list(STATES), var_name="state", value_name="people")
    told["label"] = told["state"].map({name: term("report_field", name) for name in STATES})
    st.vega_lite_chart(told, _spec(), height=_HEIGHT, key=keys.REPORT_CHART, alt=_("Isolation by state, by day"))
    st.caption(_("Everybody ever isolated, by state, at each cut-off as known then."))


def _spec() -> dict[str, Any]:
    labels = {name: term("report_field", name) for name in _COLOURS}
    return {
        "padding": {"left": 0, "top": 0, "right": 0, "bottom": 0},
        "mark": {"type": "bar"},
        "encoding": {
            "x": {"field": "day", "type": "ordinal", "sort": None, "title": None, "axis": {"labelAngle": 0, "labelOverlap": True}},
            "y": {"field": "people", "type": "quantitative", "title": None, "stack": True, "axis": {"tickMinStep": 1}},
            "color": {
                "field": "label",
                "type": "nominal",
                "title": None,
                "scale": {"domain": list(labels.values()), "range": list(_COLOURS.values())},
                "legend": {"orient": "top", "columns": 3, "labelLimit": 80},
            },
            "order": {"field": "state", "sort": "descending"},
            "tooltip": [
                {"field": "day", "title": _("Date")},
                {"field": "label", "title": _("State")},
                {"field": "people", "title": _("People")},
                {"field": "new", "title": term("report_field", "new")},
            ],
        },
    }
