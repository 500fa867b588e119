"""The clock: what lies open in each interval of the hours ahead. A click on one goes there."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from briefing.maps.styles import GREY, VERMILLION
from errors import N_
from ui.background import coverage_job
from ui.background.coverage_job import Answer
from ui.shell import keys, state
from ui.shell.frame import Frame
from ui.shell.listing import each_row
from ui.shell.waiting import waited
from ui.shell.words import _, number, plain, when

HEIGHT = 110
SPANS = {"day": (N_("next 24 hours"), timedelta(hours=24), 3), "week": (N_("next 7 days"), timedelta(days=7), 24)}
# So many intervals are told in words, and so many names in each.
TOLD, NAMED = 6, 3
_PICK = "interval"


def clock_strip(view: Frame, answer: Answer) -> None:
    """Draw the intervals of a day or a week, and in words those in which something opens that does not lie open all the time."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{_('Around the clock')}**", width="content")
        chosen = st.segmented_control(
            _("Window"),
            list(SPANS),
            format_func=lambda name: _(SPANS[name][0]),
            default="day",
            required=True,
            key=keys.CLOCK_SPAN,
            label_visibility="collapsed",
        )
    _label, ahead, step = SPANS[chosen or "day"]
    found = waited(coverage_job.ask_clock(view.store, view.viewer, answer.question, ahead), patience_s=0.3)
    if found is None:
        return
    _strip(found, answer, ahead, step)
    _in_words(found)


def _strip(found: pd.DataFrame, answer: Answer, ahead: timedelta, step: int) -> None:
    start = answer.question.at
    total = max(len(answer.study.settlements), 1)
    hours = {side: (found[side] - start).dt.total_seconds() / 3600 for side in ("starts_at", "ends_at")}
    length = ahead.total_seconds() / 3600
    wide = (hours["ends_at"] - hours["starts_at"]) / length > 0.035
    frame = pd.DataFrame(
        {
            "interval": found.index,
            "starts": hours["starts_at"],
            "ends": hours["ends_at"],
            "middle": (hours["starts_at"] + hours["ends_at"]) / 2,
            "share": found["settlements"] / total,
            "number": found["settlements"].map(number),
            "text": found["settlements"].map(number).where(wide, ""),
            "people": found["people"].map(number),
            "when": [_span(row.starts_at, row.ends_at) for row in each_row(found)],
        }
    )
    key = f"{keys.CLOCK}_{hashlib.blake2b(repr((answer.key(), ahead)).encode(), digest_size=6).hexdigest()}"

    def picked() -> None:
        points = st.session_state[key]["selection"].get(_PICK) or []
        if points:
            _go(found["starts_at"].iloc[int(points[0]["interval"])])

    st.vega_lite_chart(
        frame,
        _spec(start, length, step),
        key=key,
        height=HEIGHT,
        on_select=picked,
        selection_mode=_PICK,
        alt=_("Exposed settlements, hour by hour"),
    )


def _spec(start: datetime, length: float, step: int) -> dict[str, Any]:
    first = start.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    while first.hour % min(step, 24):
        first += timedelta(hours=1)
    ticks, labels = [], []
    while (at := (first - start).total_seconds() / 3600) <= length:
        ticks.append(round(at, 3))
        labels.append(f"{first:%H:%M}" if step < 24 else when(first).rpartition(" ")[0])
        first += timedelta(hours=step)
    label = " : ".join([f"abs(datum.value - {tick}) < 0.01 ? '{text}'" for tick, text in zip(ticks, labels, strict=True)] + ["''"])
    x = {
        "field": "starts",
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [0, length], "nice": False},
        "axis": {"values": ticks, "labelExpr": label, "grid": False},
    }
    told = [
        {"field": "when", "title": _("When")},
        {"field": "number", "title": _("Exposed settlements")},
        {"field": "people", "title": _("People")},
    ]
    return {
        "layer": [
            {
                "params": [{"name": _PICK, "select": {"type": "point", "fields": ["interval"]}}],
                "mark": {"type": "rect", "stroke": GREY, "strokeWidth": 0.6, "cursor": "pointer"},
                "encoding": {
                    "x": x,
                    "x2": {"field": "ends"},
                    "y": {"value": 0},
                    "y2": {"value": "height"},
                    "color": {
                        "field": "share",
                        "type": "quantitative",
                        "scale": {"domain": [0, 1], "range": ["#f4f0ec", VERMILLION]},
                        "legend": None,
                    },
                    "tooltip": told,
                },
            },
            {
                "mark": {"type": "text", "fontSize": 13, "fontWeight": 600, "color": "#1B2733"},
                "encoding": {"x": {**x, "field": "middle"}, "text": {"field": "text"}},
            },
        ],
    }


def _in_words(found: pd.DataFrame) -> None:
    """Say when something opens that does not lie open all the time, each a button that goes there."""
    opening = found[found["only_now"].map(bool)]
    if opening.empty:
        least = number(found["settlements"].min()) if len(found) else "0"
        st.caption(_("{n} settlements lie open all through this time, no others at any hour.").format(n=least))
        return
    for row in opening.sort_values("settlements", ascending=False, kind="stable").head(TOLD).sort_values("starts_at").itertuples():
        st.button(
            _says(row),
            key=f"{keys.CLOCK_GO}_{row.Index}",
            type="tertiary",
            icon=":material/schedule:",
            on_click=_go,
            args=(row.starts_at,),
        )
    if len(opening) > TOLD:
        st.caption(_("and {n} more").format(n=number(len(opening) - TOLD)))


def _says(row: Any) -> str:
    span = _span(row.starts_at, row.ends_at)
    who, through = _some(row.only_now), _some(row.through)
    n = number(len(row.only_now))
    if through:
        return plain(_("{span}: {n} more open ({names}) through {through}").format(span=span, n=n, names=who, through=through))
    return plain(_("{span}: {n} more open ({names})").format(span=span, n=n, names=who))


def _some(names: list[str]) -> str:
    return _(", ").join(names[:NAMED]) + (" …" if len(names) > NAMED else "")


def _span(starts_at: datetime, ends_at: datetime) -> str:
    """Return an interval in words: the day once where it is shorter than one."""
    short = ends_at - starts_at < timedelta(days=1)
    return f"{when(starts_at)}–{ends_at:%H:%M}" if short else f"{when(starts_at)} – {when(ends_at)}"


def _go(at: pd.Timestamp) -> None:
    state.go_to(at.to_pydatetime())
