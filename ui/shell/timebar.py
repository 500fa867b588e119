"""The time control: now, the last cut-off, any moment; a step back and forth; replay."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

import streamlit as st

from errors import mark
from ui.shell import cache, keys, state
from ui.shell.words import _, when

STEPS = {"hour": (mark("1 hour"), timedelta(hours=1)), "day": (mark("1 day"), timedelta(days=1))}
PLAY_EVERY_S = 2.0
REPLAY_FROM = timedelta(days=7)
LOOK_EVERY_S = 15.0


def timebar(at: datetime) -> None:
    """Draw the time control."""
    cutoff = state.last_cutoff(state.store().now())
    live, playing = state.is_live(), _playing()
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", width="content", key=keys.TIMEBAR):
        _goes(_("Now"), keys.TIME_LIVE, _("Follow the clock"), None, chosen=live)
        _goes(when(cutoff), keys.TIME_CUTOFF, _("The last cut-off"), cutoff, chosen=at == cutoff and not live)
        _goes("◀", keys.TIME_BACK, _("One step back"), _stepped(at, -1))
        _step_choice()
        _goes("▶", keys.TIME_FORWARD, _("One step on"), _stepped(at, 1), disabled=live)
        st.button(
            "",
            key=keys.TIME_PLAY,
            icon=":material/stop:" if playing else ":material/play_arrow:",
            help=_("Stop the replay") if playing else _("Replay: a step every two seconds; from a week back where the view is live"),
            on_click=_toggle_play,
            args=(at,),
        )
        if (first := cache.view(at).before_records) is not None:
            st.badge(
                _("before the first record of {moment}").format(moment=when(first, year=True)), icon=":material/warning:", color="orange"
            )
        with st.popover("", icon=":material/calendar_month:", help=_("Any moment"), key=keys.TIME_MENU):
            _picker(at)


def _goes(label: str, key: str, told: str, to: datetime | None, *, chosen: bool = False, disabled: bool = False) -> None:
    look: Literal["primary", "secondary"] = "primary" if chosen else "secondary"
    st.button(label, key=key, help=told, type=look, disabled=disabled, on_click=_go, args=(to,))


def _go(to: datetime | None) -> None:
    st.session_state[keys.PLAYING] = False
    state.go_to(to)


def _step_choice() -> None:
    st.session_state[keys.TIME_STEP] = _step_name()
    labels = {name: _(label) for name, (label, _length) in STEPS.items()}
    st.selectbox(
        _("Step"),
        list(labels),
        format_func=labels.__getitem__,
        key=keys.TIME_STEP,
        label_visibility="collapsed",
        width=100,
        on_change=lambda: state.put(step=st.session_state[keys.TIME_STEP]),
    )


def _picker(at: datetime) -> None:
    st.session_state[keys.TIME_PICK] = at.replace(tzinfo=None, second=0, microsecond=0)
    st.datetime_input(_("Show the moment"), key=keys.TIME_PICK, format="YYYY-MM-DD", on_change=_pick)


def _pick() -> None:
    picked: datetime | None = st.session_state[keys.TIME_PICK]
    _go(picked.replace(tzinfo=state.store().time_zone) if picked else None)


def _step_name() -> str:
    name = state.param("step")
    return name if name in STEPS else "hour"


def _stepped(at: datetime, steps: int) -> datetime | None:
    """Return the moment some steps away; past the clock the view is live again."""
    moved = at + steps * STEPS[_step_name()][1]
    return moved if moved < state.store().now() else None


# Replay and the clock


def _playing() -> bool:
    return bool(st.session_state.get(keys.PLAYING)) and not state.is_live()


def _toggle_play(at: datetime) -> None:
    playing = not _playing()
    if playing and state.is_live():
        state.go_to(at - REPLAY_FROM)
    st.session_state[keys.PLAYING] = playing


def follow() -> None:
    """Draw the page again when there is something new to see: a step of the replay, a commit, the next minute.

    Only the fragment in here runs by the clock. The map takes the new moment as a message and stays where it is.
    """
    st.session_state[keys.DRAWN] = None
    st.fragment(_advance if _playing() else _look, run_every=PLAY_EVERY_S if _playing() else LOOK_EVERY_S)()


def _advance() -> None:
    if st.session_state[keys.DRAWN] is None:  # the run that draws the page; the clock's next one moves on
        st.session_state[keys.DRAWN] = cache.tick()
        return
    moved = _stepped(state.moment(), 1)
    state.go_to(moved)
    st.session_state[keys.PLAYING] = moved is not None
    st.rerun()


def _look() -> None:
    if st.session_state[keys.DRAWN] is None:
        st.session_state[keys.DRAWN] = cache.tick()
    elif st.session_state[keys.DRAWN] != cache.tick():
        st.rerun()
