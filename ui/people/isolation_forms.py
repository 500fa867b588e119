"""What can be done on the page of isolation: begin one, record a reading, change state, dates and place, write down a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from errors import mark
from ledgers.people import alarms, isolation, readings, requests
from ledgers.people.disturbance import would_exceed
from ledgers.people.isolation_rules import DAYS, ISOLATION_DAYS
from ledgers.people.privacy import masked
from ledgers.posts.passes import FEVER, PLAUSIBLE
from queries.view import View
from ui.people.isolation_view import chosen, degrees, name_of, told_alarm
from ui.shell import acts, cache, keys, state
from ui.shell.acts import act_button, dialog, field, moment_field, perform
from ui.shell.frame import Frame
from ui.shell.listing import each_row
from ui.shell.record_form import AREA, WHEN, Ask, record_form
from ui.shell.words import _, number, plain, term, when

_SIGNED = (Ask("reason", mark("Reason"), needed=True), Ask("ordered_by", mark("Ordered by")))
_PLACE = (Ask("place", mark("Place"), "term:place", options=isolation.PLACES), Ask("place_name", mark("Name of the place")))


def isolation_acts(view: Frame) -> None:
    """Draw what can be done to the episode chosen, and the dialog of what is being done."""
    one = chosen()
    is_open = one is not None and one.state in isolation.OPEN
    titles = {
        "start_isolation": _("Begin an isolation"),
        "reading": _("Record a reading"),
        "act_on_alarm": _("Act on the alarm"),
        "change_state": _("Change the state"),
        "change_dates": _("Change the dates"),
        "move_episode": _("Move"),
        "ask_request": _("Write down a request"),
    }
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        act_button(titles["start_isolation"], "start_isolation", icon=":material/home_health:")
        act_button(titles["reading"], "reading", icon=":material/thermostat:", disabled=not is_open, primary=is_open)
        act_button(titles["act_on_alarm"], "act_on_alarm", icon=":material/emergency:", disabled=one is None or not one.alarm)
        act_button(titles["change_state"], "change_state", icon=":material/swap_horiz:", disabled=not is_open)
        act_button(titles["change_dates"], "change_dates", icon=":material/edit_calendar:", disabled=not is_open)
        act_button(titles["move_episode"], "move_episode", icon=":material/moving:", disabled=not is_open)
        act_button(titles["ask_request"], "ask_request", icon=":material/shopping_bag:", disabled=one is None)
        if one is None:
            st.caption(_("Choose somebody in the table below."), width="content")
        else:
            _person_link(one)
    act = acts.running()
    if act == "start_isolation":
        dialog(titles[act], lambda: _start(view))
    forms: dict[str, Callable[[Frame, Any], None]] = {
        "reading": _reading,
        "act_on_alarm": _act,
        "change_state": _change,
        "change_dates": _dates,
        "move_episode": _move,
        "ask_request": _ask,
    }
    if act in forms and one is not None:
        dialog(f"{titles[act]} · {name_of(one)}", lambda: forms[act](view, one))


def _person_link(one: Any) -> None:
    st.page_link(
        "pages/person.py",
        label=_("File of {name}").format(name=name_of(one)),
        icon=":material/folder_shared:",
        query_params={**state.carried(), "person": one.person_id},
        width="content",
    )


def _start(view: Frame) -> None:
    people = masked(view.store, "person_event", cache.persons())
    episodes = cache.isolation("episodes")
    free = people[~people["person_id"].isin(episodes.loc[episodes["state"].isin(isolation.OPEN), "person_id"])]
    names = {row.person_id: _person(row) for row in each_row(free)}
    person = st.selectbox(
        _("Person"),
        list(names),
        index=None,
        format_func=names.__getitem__,
        placeholder=_("Choose a person"),
        key=field("start_isolation", "person"),
    )
    if not names:
        st.caption(_("Nobody here is without an isolation; enter the person first."))
    days = int(ISOLATION_DAYS.on(view.store))
    length = int(st.number_input(_("Isolation days"), DAYS.start, DAYS.stop - 1, days, key=field("start_isolation", "length")))
    record_form(
        "start_isolation",
        (*_PLACE, Ask("reason", mark("Reason"), needed=True), Ask("ordered_by", mark("Ordered by"), needed=True), WHEN),
        go=_("Begin the isolation"),
        save=lambda given: isolation.start(
            view.store, view.viewer, person or "", days=length, started_at=given.pop("effective_at"), **given
        )[1],
        said=lambda given: _("Isolation of {name} has begun").format(name=plain(names.get(person, ""))),
    )


def _person(row: Any) -> str:
    return " · ".join(str(part) for part in (row.name, row.area_name, row.person_id) if not pd.isna(part))


def _reading(view: Frame, one: Any) -> None:
    temperature = st.number_input(
        _("Temperature, °C"), *PLAUSIBLE, None, 0.1, format="%.1f", key=field("reading", "temperature"), placeholder="36.5"
    )
    felt = st.pills(
        _("Symptoms"),
        readings.SYMPTOMS,
        selection_mode="multi",
        format_func=lambda code: term("symptom", code),
        key=field("reading", "symptoms"),
    )
    channel = st.segmented_control(
        _("Channel"),
        readings.CHANNELS,
        format_func=lambda code: term("channel", code),
        default="visit",
        required=True,
        key=field("reading", "channel"),
    )
    _warnings(view, one, temperature, list(felt), channel or "visit")
    went_out = st.checkbox(_("Went out"), key=field("reading", "went_out"))
    had_visitors = st.checkbox(_("Had visitors"), key=field("reading", "had_visitors"))
    needs = st.text_input(_("Needs"), key=field("reading", "needs"))
    with st.container(horizontal=True):
        taken_by = st.text_input(_("Taken by"), value=st.session_state.get(keys.ORDERED_BY, ""), key=field("reading", "taken_by"))
        together = st.text_input(_("Together with"), key=field("reading", "participants"), placeholder=_("names, with a comma between"))
    moment = moment_field("reading", "effective_at", _("When it was"), none=_("now, {moment}").format(moment=when(view.store.now())))
    if st.button(_("Record the reading"), key=field("reading", "go"), type="primary", disabled=temperature is None):
        names = [part.strip() for part in together.replace("，", ",").replace("、", ",").split(",") if part.strip()]
        perform(
            _("Recorded {degrees} of {name}").format(degrees=degrees(temperature or 0), name=name_of(one)),
            lambda: readings.record(
                view.store,
                view.viewer,
                one.episode_id,
                temperature=temperature,
                symptoms=list(felt),
                went_out=went_out,
                had_visitors=had_visitors,
                needs=needs,
                channel=channel or "visit",
                taken_by=taken_by,
                participants=[taken_by, *names] if names else [],
                effective_at=moment,
            ),
        )


def _act(view: Frame, one: Any) -> None:
    found = cache.due().alarms
    alarm = next(found[found["episode_id"] == one.episode_id].itertuples(index=False), None)
    if alarm is None:
        st.caption(_("No alarm stands here any more."))
        return
    told = told_alarm(alarm.temperature, alarm.symptoms, alarm.taken_at)
    st.markdown(
        _("{alarm}; {n} readings since {moment} that nobody has acted on.").format(
            alarm=told, n=number(alarm.unacted), moment=when(alarm.alarm_since)
        )
    )
    st.caption(_("Whoever is taken to hospital: change the state; that acts on the alarm too."))
    record_form(
        "act_on_alarm",
        (
            Ask("action", mark("What was done"), "term:alarm_action", needed=True, options=alarms.ACTIONS),
            Ask("done_by", mark("Done by"), needed=True),
            Ask("note", mark("Note")),
            WHEN,
        ),
        go=_("Record what was done"),
        save=lambda given: alarms.act(view.store, view.viewer, one.episode_id, reading_id=alarm.event_id, **given),
        said=lambda given: _("{name}: alarm acted on ({action})").format(name=name_of(one), action=term("alarm_action", given["action"])),
        start={"action": alarms.ACTIONS[0], "done_by": st.session_state.get(keys.ORDERED_BY, "")},
    )


def _warnings(view: Frame, one: Any, temperature: float | None, felt: list[str], channel: str) -> None:
    if (temperature is not None and temperature >= FEVER) or felt:
        st.warning(_("This is an alarm: report it at once; it stands until somebody has acted on it."), icon=":material/thermostat:")
    if channel == "visit" and not pd.isna(one.household_id):
        warning = would_exceed(View(view.store, view.viewer), one.household_id)
        if warning:
            st.warning(plain(warning.text(_)), icon=":material/doorbell:")


def _change(view: Frame, one: Any) -> None:
    options = tuple(code for code in isolation.STATES if code in isolation.TRANSITIONS[one.state])
    st.caption(
        _("{state} since {moment}; the days are over {due}.").format(
            state=term("episode_state", one.state), moment=when(one.since), due=when(one.release_due)
        )
    )
    if one.alarm:
        st.warning(_("An alarm stands on which nobody has acted; released, nobody looks at it any more."), icon=":material/thermostat:")
    over = one.release_due <= view.store.now()
    record_form(
        "change_state",
        (
            Ask("state", mark("New state"), "term:episode_state", options=options),
            Ask("place_name", mark("Hospital, or the place it goes on")),
            Ask("reason", mark("Reason"), needed=not over),
            Ask("ordered_by", mark("Ordered by")),
            WHEN,
        ),
        go=_("Change the state"),
        save=lambda given: isolation.change(view.store, view.viewer, one.episode_id, **given),
        said=lambda given: _("{name}: {state}").format(name=name_of(one), state=term("episode_state", given["state"])),
        start={"state": "released" if over else options[0]},
    )


def _dates(view: Frame, one: Any) -> None:
    start = one.started_at.tz_localize(None).to_pydatetime()
    begun = st.datetime_input(_("Started"), start, key=field("change_dates", "started"), format="YYYY-MM-DD")
    days = int(st.number_input(_("Isolation days"), DAYS.start, DAYS.stop - 1, int(one.days), key=field("change_dates", "length")))
    everyone = not pd.isna(one.household_id) and st.checkbox(
        _("Everyone observed in the household begins again then: a member has become a case"), key=field("change_dates", "everyone")
    )
    moved = begun.replace(tzinfo=view.store.time_zone) if begun and begun != start else None

    def save(given: dict[str, Any]) -> list[str]:
        if everyone:
            again = moved or one.started_at
            return isolation.household_dates(view.store, view.viewer, one.household_id, started_at=again, **given)
        return isolation.set_dates(view.store, view.viewer, one.episode_id, started_at=moved, days=days, **given)

    st.caption(_("The old dates stay in the history, with the reason."))
    record_form(
        "change_dates", _SIGNED, go=_("Change the dates"), save=save, said=lambda given: _("New dates for {name}").format(name=name_of(one))
    )


def _move(view: Frame, one: Any) -> None:
    here = {"area_id": one.area_id, "place": one.place}
    record_form(
        "move_episode",
        (AREA, *_PLACE, *_SIGNED, WHEN),
        go=_("Move {name}").format(name=name_of(one)),
        save=lambda given: isolation.move(
            view.store, view.viewer, one.episode_id, **{**given, "place_name": given["place_name"].strip() or None}
        ),
        said=lambda given: _("Moved: {name}").format(name=name_of(one)),
        start=here,
    )


def _ask(view: Frame, one: Any) -> None:
    record_form(
        "ask_request",
        (Ask("kind", mark("Kind"), "term:request_kind", options=requests.KINDS), Ask("detail", mark("Detail"), "long"), WHEN),
        go=_("Write it down"),
        save=lambda given: requests.ask(view.store, view.viewer, person_id=one.person_id, **given)[1],
        said=lambda given: _("{name} asks for: {kind}").format(name=name_of(one), kind=term("request_kind", given["kind"])),
    )
