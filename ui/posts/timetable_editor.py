"""The timetable editor: a row a day, exceptions by date, or text; what it means is shown for the week to come."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import altair as alt
import pandas as pd
import streamlit as st

from errors import N_, InputError
from ledgers.posts.timetable import DAY_MINUTES, Span, Spans, Timetable, open_spans, parse
from ui.shell import state
from ui.shell.acts import field
from ui.shell.words import _, plain

USUAL = "06:00-22:00"
_TIMES = {"from": N_("From"), "to": N_("Until"), "from_2": N_("Again from"), "to_2": N_("Again until")}
_WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


def timetable_editor(act: str, current: str | None) -> str | None:
    """Draw the editor, starting from ``current``; return the canonical text, or None while there is none to be had."""
    start = current or USUAL
    by_text = st.segmented_control(
        _("Hours"),
        ["days", "text"],
        format_func=lambda way: _("by day") if way == "days" else _("as text"),
        default="days",
        required=True,
        key=field(act, "way"),
        label_visibility="collapsed",
    )
    try:
        text = _typed(act, start) if by_text == "text" else _by_day(act, start)
        table = parse(text)
    except InputError as error:
        st.warning(plain(error.text(_)), icon=":material/edit:")
        return None
    st.markdown(f"**{plain(str(table))}**")
    week_chart(str(table), state.store().now())
    return str(table)


def _typed(act: str, start: str) -> str:
    return st.text_area(
        _("Timetable"), value=start, key=field(act, "text"), height=80, help=_("For example: Mon-Fri 06:00-22:00; Sat,Sun closed")
    )


def _by_day(act: str, start: str) -> str:
    table = parse(start)
    times = {c: st.column_config.TimeColumn(_(label), format="HH:mm", step=60) for c, label in _TIMES.items()}
    days = st.data_editor(
        week_rows(table).assign(day=[_(day) for day in _WEEKDAYS]),
        key=field(act, "days"),
        hide_index=True,
        column_order=["day", *_TIMES],
        column_config={"day": st.column_config.TextColumn(_("Day"), disabled=True, pinned=True, width=64), **times},
        placeholder="–",
    )
    st.caption(_("An end at or before the beginning lies on the next day; an empty row is closed."))
    with st.expander(_("Exceptions by date"), expanded=bool(table.dates)):
        dates = st.data_editor(
            date_rows(table),
            key=field(act, "dates"),
            hide_index=True,
            num_rows="dynamic",
            column_config={
                "date": st.column_config.DateColumn(_("Date"), format="YYYY-MM-DD", required=True),
                **{c: times[c] for c in ("from", "to")},
            },
            placeholder="–",
        )
    return text_of(days, dates)


# Between a timetable and the rows of a table


def week_rows(table: Timetable) -> pd.DataFrame:
    """Return a row a weekday, Monday first: its first two spans as times of day."""
    return pd.DataFrame([_row(spans, 2) for spans in table.weekly], columns=list(_TIMES), dtype="object")


def date_rows(table: Timetable) -> pd.DataFrame:
    """Return a row an exception: its date and first span; no times where it is closed."""
    return pd.DataFrame([(day, *_row(spans, 1)) for day, spans in table.dates], columns=["date", "from", "to"], dtype="object")


def text_of(days: pd.DataFrame, dates: pd.DataFrame) -> str:
    """Return the canonical text of what the rows say.

    Raises
    ------
    InputError
        When a span lacks one of its ends, or hours overlap.
    """
    weekly = tuple(_spans([row[:2], row[2:]]) for row in days[list(_TIMES)].itertuples(index=False, name=None))
    exceptions = {
        day: _spans([times]) for day, *times in dates[["date", "from", "to"]].itertuples(index=False, name=None) if not pd.isna(day)
    }
    return str(parse(str(Timetable(weekly, tuple(sorted((_date(day), spans) for day, spans in exceptions.items()))))))


def _row(spans: Spans, count: int) -> tuple[time | None, ...]:
    ends = [_time(minutes) for span in spans[:count] for minutes in span]
    return (*ends, *[None] * (2 * count - len(ends)))


def _time(minutes: int) -> time:
    return time(*divmod(minutes % DAY_MINUTES, 60))


def _date(day: object) -> date:
    return pd.Timestamp(day).date()  # type: ignore[arg-type]


def _spans(pairs: list[tuple[object, object]] | list[list[object]]) -> Spans:
    spans: list[Span] = []
    for first, last in pairs:
        if pd.isna(first) and pd.isna(last):  # type: ignore[call-overload]
            continue
        if pd.isna(first) or pd.isna(last):  # type: ignore[call-overload]
            raise InputError("Hours need both a beginning and an end.")
        start, end = _minutes(first), _minutes(last)
        spans.append((start, end if end > start else end + DAY_MINUTES))
    return tuple(sorted(spans))


def _minutes(value: object) -> int:
    moment = value if isinstance(value, time) else time.fromisoformat(str(value))
    return moment.hour * 60 + moment.minute


# The week to come


def week_bars(timetable: str, now: datetime) -> pd.DataFrame:
    """Return the open hours of the seven days from today on: ``day`` (its date), ``start`` and ``end`` as hours of that day."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    bars = []
    for n in range(7):
        day = midnight + timedelta(days=n)
        for first, last in open_spans(timetable, day, day + timedelta(days=1)):
            bars.append((day.date(), _hour(first, day), _hour(last, day)))
    return pd.DataFrame(bars, columns=["day", "start", "end"])


def _hour(moment: datetime, day: datetime) -> float:
    # Hours on the wall, so that a day on which clocks change still reads as a day.
    return (moment.replace(tzinfo=None) - day.replace(tzinfo=None)).total_seconds() / 3600


def week_chart(timetable: str, now: datetime) -> None:
    """Draw the open hours of the week to come: a row a day, a bar from opening to closing."""
    week = [(now + timedelta(days=n)).date() for n in range(7)]
    labels = {day: f"{_(_WEEKDAYS[day.weekday()])} {day.month}-{day.day}" for day in week}
    bars = week_bars(timetable, now)
    rows = bars.assign(label=bars["day"].map(labels))
    hours = alt.Axis(
        values=list(range(0, 25, 3)),
        title=None,
        labelExpr="datum.value < 10 ? '0' + datum.value + ':00' : datum.value + ':00'",
        labelOverlap=True,
    )
    chart = (
        alt.Chart(rows)
        .mark_bar(height=12, color="#E69F00")
        .encode(
            x=alt.X("start:Q", scale=alt.Scale(domain=[0, 24]), axis=hours),
            x2="end:Q",
            y=alt.Y("label:N", scale=alt.Scale(domain=list(labels.values())), axis=alt.Axis(title=None, ticks=False, labelOverlap=False)),
        )
    )
    st.altair_chart(chart.properties(height=220), width="stretch", alt=_("Open hours of the next seven days"))
