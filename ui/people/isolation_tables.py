"""The tables of isolation: what is due, all episodes, the history of one, requests, and whom too many people called at."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from errors import mark
from ledgers.people import isolation, requests
from ledgers.people.disturbance import budget
from queries.view import View
from ui.people.isolation_view import choose, chosen, name_of, symptoms
from ui.shell import acts, cache, keys, state
from ui.shell.acts import act_button, dialog
from ui.shell.frame import Frame
from ui.shell.listing import MOST_TO_CHOOSE_FROM, Column, each_row, listing
from ui.shell.record_form import WHEN, Ask, record_form
from ui.shell.words import _, number, term

_WHO = (Column("name", mark("Full name")), Column("area_name", mark("Grid")), Column("state", mark("State"), "term:episode_state"))
_DAYS = (
    Column("day", mark("Day of isolation"), "number"),
    Column("days", mark("Isolation days"), "number"),
    Column("started_at", mark("Started"), "moment"),
    Column("release_due", mark("Release due"), "moment"),
)
_ALARM = (
    Column("alarm_temperature", mark("Alarming temperature (°C)"), "decimal"),
    Column("alarm_felt", mark("Alarming symptoms")),
    Column("alarm_at", mark("Alarming reading"), "moment"),
    Column("alarm_since", mark("Not acted on since"), "moment"),
)
_READING = (
    Column("temperature", mark("Temperature (°C)"), "decimal"),
    Column("felt", mark("Symptoms")),
    Column("taken_at", mark("Read at"), "moment"),
    Column("channel", mark("Channel"), "term:channel"),
)


def due_table() -> None:
    """Draw everyone whom something is due for, alarms first."""
    columns = (
        *_WHO[:2],
        Column("alarm", mark("Alarm"), "yes"),
        *_ALARM,
        Column("reading_due", mark("Reading due"), "yes"),
        Column("missed", mark("Readings missed"), "number"),
        Column("release_now", mark("To be released"), "yes"),
        *_READING,
        *_DAYS,
    )
    _choosable(cache.due_people(), columns, "due")


def episode_table() -> None:
    """Draw all episodes, the latest start first."""
    columns = (*_WHO, *_DAYS, Column("place", mark("Place"), "term:place"), *_READING, Column("since", mark("Since"), "moment"))
    _choosable(cache.isolation("episodes"), columns, "episodes")


def _choosable(frame: pd.DataFrame, columns: Sequence[Column], name: str) -> None:
    ids = [str(i) for i in frame["episode_id"].head(MOST_TO_CHOOSE_FROM)]
    digest = hashlib.blake2b(repr((name, ids)).encode(), digest_size=6).hexdigest()
    listing(
        frame.assign(felt=frame["symptoms"].map(symptoms), alarm_felt=frame["alarm_symptoms"].map(symptoms)),
        columns,
        key=f"{keys.LISTING}_{name}_{digest}",
        file=f"isolation-{name}",
        on_pick=lambda rows: choose(ids[rows[0]] if rows else None),
        marked=[row for row, episode in enumerate(ids) if episode == state.param("episode")],
    )


def history_table(view: Frame) -> None:
    """Draw every event of the episode chosen: what it said, when, from whom, and who undid it."""
    one = chosen()
    if one is None:
        st.caption(_("Choose somebody in the table of all episodes; their history is shown here."))
        return
    st.markdown(f"**{name_of(one)}** · {_('latest first; what was undone is marked')}")
    columns = (
        Column("state", mark("State"), "term:episode_state"),
        Column("effective_at", mark("When it was"), "moment"),
        Column("started_at", mark("Started"), "moment"),
        Column("days", mark("Isolation days"), "number"),
        Column("place", mark("Place"), "term:place"),
        Column("ordered_by", mark("Ordered by")),
        Column("reason", mark("Reason")),
        Column("recorded_at", mark("Entered"), "moment"),
        Column("recorded_by", mark("Entered by")),
        Column("voided", mark("Undone"), "yes"),
        Column("void_reason", mark("Why undone")),
    )
    found = isolation.history(View(view.store, view.viewer), one.episode_id)
    listing(found, columns, key=f"{keys.LISTING}_history", file="isolation-history")


# Requests


def request_table(view: Frame) -> None:
    """Draw the requests, those who wait first, and what can be done to the one picked."""
    frame = cache.isolation("requests")
    ids = [str(i) for i in frame["request_id"].head(MOST_TO_CHOOSE_FROM)]
    picked = st.session_state.get(keys.REQUEST_PICKED)
    one = next(each_row(frame[frame["request_id"] == picked]), None)
    options = tuple(code for code in requests.TRANSITIONS if one is not None and code in requests.TRANSITIONS[one.status])
    act_button(_("Answer the request"), "answer_request", icon=":material/volunteer_activism:", disabled=not options)
    if acts.running() == "answer_request" and options:
        dialog(_("Answer the request"), lambda: _answer(view, one, options))

    def chose(rows: list[int]) -> None:
        st.session_state[keys.REQUEST_PICKED] = ids[rows[0]] if rows else None

    columns = (
        Column("name", mark("Full name")),
        Column("household_id", mark("Household")),
        Column("area_name", mark("Grid")),
        Column("kind", mark("Kind"), "term:request_kind"),
        Column("detail", mark("Detail")),
        Column("status", mark("Status"), "term:request_status"),
        Column("hours_open", mark("Hours waited"), "decimal"),
        Column("asked_at", mark("Asked"), "moment"),
        Column("answered_by", mark("Answered by")),
        Column("since", mark("Since"), "moment"),
    )
    digest = hashlib.blake2b(repr(ids).encode(), digest_size=6).hexdigest()
    marked = [row for row, request in enumerate(ids) if request == picked]
    listing(frame, columns, key=f"{keys.LISTING}_requests_{digest}", file="requests", on_pick=chose, marked=marked)


def _answer(view: Frame, one: object, options: tuple[str, ...]) -> None:
    record_form(
        "answer_request",
        (Ask("status", mark("Status"), "term:request_status", options=options), Ask("answered_by", mark("Answered by")), WHEN),
        go=_("Answer the request"),
        save=lambda given: requests.answer(view.store, view.viewer, one.request_id, **given),  # type: ignore[attr-defined]
        said=lambda given: _("Request: {status}").format(status=term("request_status", given["status"])),
        start={"answered_by": one.answered_by},  # type: ignore[attr-defined]
    )


# Disturbance


def disturbance_table(view: Frame) -> None:
    """Draw how often somebody stood at the door of each household, the most disturbed first."""
    frame, limit = cache.isolation("disturbances"), budget(view.store)
    over = number(frame["over"].sum())
    st.caption(
        _("A household is to be called at no more than {day} times a day and {week} times a week; over that: {n}.").format(
            day=number(limit["day"]), week=number(limit["week"]), n=over
        )
    )
    columns = (
        Column("household_id", mark("Household")),
        Column("area_name", mark("Grid")),
        Column("day", mark("Calls, last 24 hours"), "number"),
        Column("week", mark("Calls, last 7 days"), "number"),
        Column("over", mark("Over the budget"), "yes"),
        Column("last_at", mark("Last call"), "moment"),
    )
    listing(frame, columns, key=f"{keys.LISTING}_disturbances", file="disturbances")
