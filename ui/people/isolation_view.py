"""Isolation at a glance: the figures, and who needs something now, grid by grid, alarms first, each with one tap to record a reading."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from briefing.model import UNKNOWN
from ledgers.evidence import all_clear
from ledgers.people.requests import WAITING
from ui.shell import acts, cache, keys, state
from ui.shell.figures import printed, some
from ui.shell.tiles import Tile, tiles
from ui.shell.words import _, number, plain, term, when

LIST_HEIGHT = 478
ENDED = ("released", "transferred", "refuted")
SHOWN = 40


def figures() -> None:
    """Draw the headline figures."""
    due, requests = cache.due(), cache.isolation("requests")
    ended = [f"{term('episode_state', code)} {printed(f'isolation.{code}')}" for code in ENDED if some(f"isolation.{code}")]
    waiting = requests[requests["status"].isin(WAITING)]
    asked = cache.evidence("readings.alarms", "readings.missed", "isolation.release_over")
    tiles(
        [
            Tile(
                "observing",
                _("Observing"),
                printed("isolation.observing"),
                " · ".join([_("of {n} ever").format(n=printed("isolation.cumulative")), *ended]),
                tab="episodes",
            ),
            Tile("in_hospital", _("In hospital"), printed("isolation.hospital"), _("read and released there"), tab="episodes"),
            Tile(
                "alarms",
                _("Alarms"),
                number(len(due.alarms)),
                _("fever or symptoms, not acted on"),
                problem=len(due.alarms) > 0,
                tab="due",
                figure=asked["readings.alarms"],
            ),
            Tile("readings_due", _("Readings due"), printed("readings.due"), _until(due.readings), tab="due"),
            Tile(
                "readings_missed",
                _("Readings missed"),
                printed("readings.missed"),
                _("in the last 24 hours, of {n} people").format(n=number(due.missed["episode_id"].nunique())),
                problem=some("readings.missed"),
                tab="due",
                figure=asked["readings.missed"],
            ),
            Tile(
                "releases_due",
                _("Releases due"),
                printed("isolation.release_over"),
                _("their days are over"),
                problem=some("isolation.release_over"),
                tab="due",
                figure=asked["isolation.release_over"],
            ),
            Tile(
                "requests",
                _("Requests waiting"),
                _(UNKNOWN) if requests.empty else number(len(waiting)),
                _("no request is on record") if requests.empty else _longest(waiting),
                tab="requests",
            ),
        ]
    )


def _until(readings: pd.DataFrame) -> str:
    return _("until {moment}").format(moment=when(readings["closes"].min())) if len(readings) else _("nobody on record waits")


def _longest(waiting: pd.DataFrame) -> str:
    if waiting.empty:
        return _("nobody waits")
    return _("the longest for {n} h").format(n=number(waiting["hours_open"].max()))


def due_people() -> None:
    """Draw the people whom something is due for: alarms on top, then each grid, the one with most due first."""
    people = cache.due_people()
    with st.container(height=LIST_HEIGHT, border=True, key=keys.ISOLATION_LIST, gap="small"):
        if people.empty:
            asked = cache.evidence("readings.alarms", "readings.missed", "isolation.release_over")
            if all_clear(asked.values()):
                st.markdown(f":green[:material/check_circle:] {_('Nothing is due for anybody here.')}")
            else:
                st.markdown(f":gray[:material/help: {_('Nothing is due by what is on record here, but not everybody was asked.')}]")
            return
        listed = people.head(SHOWN)
        alarming = listed["alarm"].to_numpy(dtype=bool)
        _group(_("Alarms"), listed[alarming], named=True)
        others = listed[~alarming]
        for area in others["area_name"].value_counts(sort=True).index:
            _group(plain(area), others[others["area_name"] == area], named=False)
        if len(people) > SHOWN:
            st.caption(_("{n} more are in the table below.").format(n=number(len(people) - SHOWN)))


def _group(title: str, people: pd.DataFrame, *, named: bool) -> None:
    if people.empty:
        return
    st.markdown(f"**{title}** :gray[{number(len(people))}]")
    for row in people.itertuples(index=False):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            st.markdown(_told(row, named=named), width="stretch")
            if row.alarm:
                st.button(
                    _("Act"),
                    key=f"{keys.ISOLATION_ALARM}_{row.episode_id}",
                    icon=":material/emergency:",
                    help=_("Record what was done about the alarm of {name}").format(name=name_of(row)),
                    type="primary",
                    on_click=_act,
                    args=(row.episode_id,),
                )
            st.button(
                _("Record"),
                key=f"{keys.ISOLATION_DUE}_{row.episode_id}",
                icon=":material/thermostat:",
                help=_("Record a reading of {name}").format(name=name_of(row)),
                disabled=bool(row.state != "observing"),
                on_click=_record,
                args=(row.episode_id,),
            )


def _told(row: Any, *, named: bool) -> str:
    what = []
    if row.alarm:
        what.append(f":red[**{told_alarm(row.alarm_temperature, row.alarm_symptoms, row.alarm_at)}**]")
        if row.taken_at > row.alarm_at:
            what.append(_("then {reading}").format(reading=told_alarm(row.temperature, row.symptoms, row.taken_at)))
    if row.missed:
        what.append(f":red[{_('missed {n}').format(n=number(row.missed))}]")
    if row.release_now:
        what.append(f":orange[{_('release due since {moment}').format(moment=when(row.release_due))}]")
    if row.reading_due and not row.missed and not row.alarm:
        what.append(_("reading due"))
    where = f" · {plain(row.area_name)}" if named else ""
    day = _("day {day} of {days}").format(day=row.day, days=row.days)
    return f"**{name_of(row)}**{where} · :gray[{day}] · {' · '.join(what)}"


def _record(episode: str) -> None:
    choose(episode)
    acts.start("reading")


def _act(episode: str) -> None:
    choose(episode)
    acts.start("act_on_alarm")


def told_alarm(temperature: float, codes: object, taken_at: datetime) -> str:
    """Return a reading in a few words: 38.6 °C, cough, 12 Feb 08:00; what was blanked after its time is left out."""
    measured = None if pd.isna(temperature) else degrees(temperature)
    return _(", ").join(filter(None, (measured, symptoms(codes), when(taken_at))))


def choose(episode: str | None) -> None:
    """Choose an episode; the URL keeps it."""
    state.put(episode=episode)


def chosen() -> Any | None:
    """Return the episode chosen, as a row of ``ledgers.people.isolation.episodes``, or None where it is not in view."""
    episodes = cache.isolation("episodes")
    found = episodes[episodes["episode_id"] == state.param("episode")]
    return next(found.itertuples(index=False), None)


def name_of(row: Any) -> str:
    """Return what the person of an episode is called in a list: the masked name, or the number of somebody without a file."""
    return plain(str(row.person_id if pd.isna(row.name) else row.name))


def degrees(temperature: float) -> str:
    """Return a temperature with its unit."""
    return f"{temperature:.1f}\u00a0°C"


def symptoms(codes: object) -> str:
    """Return symptoms in words."""
    return "" if pd.isna(codes) else _(", ").join(term("symptom", code) for code in str(codes).split(",") if code)  # type: ignore[call-overload]
