"""Acts: what a page does to the ledger. One dialog at a time, one sentence when it is done, and a way back.

Which dialog is open is kept, not tied to the press of a button, so that a page that draws itself again keeps it open.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import pandas as pd
import streamlit as st

from errors import EpiGridError
from ledgers import undoing
from ledgers.posts.orders import PATROL_MINUTES
from queries.columns import BARRIERS
from ui.shell import keys, state
from ui.shell.frame import told
from ui.shell.words import _, number, term, when


@dataclass(frozen=True)
class Done:
    """What was just done: in words, and the events that undoing it voids (none: it cannot be undone)."""

    message: str
    event_ids: tuple[str, ...]


def start(act: str) -> None:
    """Open the dialog of an act."""
    st.session_state[keys.RUNNING] = act


def running() -> str | None:
    """Return the act whose dialog is open."""
    return st.session_state.get(keys.RUNNING)


def stop() -> None:
    """Close the dialog, and wait for no more clicks."""
    for kept in (keys.RUNNING, keys.PLACING, keys.PLACE, keys.PLACE_FIRST):
        st.session_state.pop(kept, None)


def done(message: str, event_ids: Sequence[str] = ()) -> None:
    """Close the dialog and say what was done on the page that is drawn next."""
    st.session_state[keys.DONE] = Done(message, tuple(event_ids))
    stop()
    st.rerun()


def perform(message: str, act: Callable[[], Sequence[str] | None]) -> None:
    """Do an act and say so; a known error is told where the button is, and nothing has changed then.

    ``act`` returns the events that undoing it voids, or None when it cannot be undone.
    """
    with told():
        done(message, act() or ())


def dialog(title: str, body: Callable[[], None], *, width: str = "small") -> None:
    """Draw the dialog of the act that is running."""
    st.dialog(title, on_dismiss=stop, width=width)(body)()  # type: ignore[call-overload]


def act_button(label: str, act: str, *, icon: str, disabled: bool = False, primary: bool = False) -> None:
    """Draw the button that opens an act's dialog."""
    kind: Literal["primary", "secondary"] = "primary" if primary else "secondary"
    st.button(label, key=f"{keys.ACT}_{act}", icon=icon, type=kind, disabled=disabled, on_click=start, args=(act,))


def notice() -> None:
    """Say what was just done, with the button that undoes it.

    The place for it is always there: what comes or goes above a map would make the browser load the map again.
    """
    last: Done | None = st.session_state.get(keys.DONE)
    place = st.container(horizontal=True, vertical_alignment="center", gap="small", key=keys.NOTICE)
    if last is None:
        return
    with place:
        st.markdown(f":green[:material/check_circle:] **{last.message}**", width="content")
        if last.event_ids:
            st.button(_("Undo"), key=keys.DONE_UNDO, icon=":material/undo:", on_click=_undo, args=(last,))
        st.button("", key=keys.DONE_CLOSE, icon=":material/close:", help=_("Close"), type="tertiary", on_click=_forget)


def _undo(last: Done) -> None:
    if st.session_state.pop(keys.DONE, None) is not last:  # pressed twice, or its event was undone in the story
        return
    try:
        undoing.undo(state.store(), state.viewer(), last.event_ids, reason=_("undone at once"))
    except EpiGridError as error:  # what came after it rests on it; a message in the page would make a map load again
        st.toast(error.text(_), icon=":material/error:", duration="long")
        return
    st.toast(_("Undone: {what}").format(what=last.message), icon=":material/undo:")


def undone(event_id: str) -> None:
    """Offer no more to undo what has been undone elsewhere on the page."""
    last: Done | None = st.session_state.get(keys.DONE)
    if last and event_id in last.event_ids:
        _forget()


def _forget() -> None:
    st.session_state.pop(keys.DONE, None)


# What every order asks


@dataclass(frozen=True)
class Order:
    """Why, who ordered it, and from when (None: now)."""

    reason: str
    ordered_by: str
    effective_at: datetime | None

    @property
    def complete(self) -> bool:
        """Tell whether nothing is missing."""
        return bool(self.reason.strip() and self.ordered_by.strip())

    def said(self) -> dict[str, Any]:
        """Return it as the arguments of ``ledgers.posts.orders``, and remember who ordered it for the next one."""
        st.session_state[keys.ORDERED_BY] = self.ordered_by
        return {"reason": self.reason, "ordered_by": self.ordered_by, "effective_at": self.effective_at}


def order_fields(act: str) -> Order:
    """Draw the fields of an order."""
    reason = st.text_input(_("Reason"), key=field(act, "reason"), placeholder=_("For example: county notice no. 3"))
    ordered_by = st.text_input(_("Ordered by"), value=st.session_state.get(keys.ORDERED_BY, ""), key=field(act, "ordered_by"))
    later = moment_field(act, "effective_at", _("Takes effect"), none=_("now, {moment}").format(moment=when(state.store().now())))
    return Order(reason, ordered_by, later)


def sign_in_field(act: str) -> bool | None:
    """Draw whether sign-ins are kept: as it is (None), yes or no."""
    choices: dict[str, tuple[str, bool | None]] = {"same": (_("as it is"), None), "yes": (_("yes"), True), "no": (_("no"), False)}
    chosen = st.segmented_control(
        _("Sign in at shift start"),
        list(choices),
        format_func=lambda code: choices[code][0],
        default="same",
        required=True,
        key=field(act, "sign_in"),
    )
    return choices[chosen or "same"][1]


def barrier_fields(act: str, barred: pd.DataFrame | None = None) -> dict[str, Any]:
    """Draw what bars the way and return it as the arguments of ``ledgers.posts.orders``; ``barred`` are the features it is asked for."""
    soft = barred is not None and bool((barred["barrier"] == "soft").all())
    chosen = st.segmented_control(
        _("Barrier"),
        BARRIERS,
        format_func=lambda code: term("barrier", code),
        default="soft" if soft else "hard",
        required=True,
        key=field(act, "barrier"),
    )
    if chosen != "soft":
        return {"barrier": "hard", "patrol_minutes": None}
    patrols = [] if barred is None else list(barred["patrol_minutes"].dropna().unique())
    minutes = st.number_input(
        _("Patrol every (minutes)"),
        PATROL_MINUTES.start,
        PATROL_MINUTES.stop - 1,
        int(patrols[0]) if len(patrols) == 1 else None,
        placeholder=_("no patrol"),
        key=field(act, "patrol"),
    )
    st.caption(_("A soft barrier is no wall: it counts as closed only where its patrol comes as often as the workspace accepts."))
    return {"barrier": "soft", "patrol_minutes": minutes}


def moment_field(act: str, name: str, label: str, *, none: str, some: str = "") -> datetime | None:
    """Draw a choice between no moment (in the given words) and one to pick; return the moment in the workspace's zone."""
    choice = st.segmented_control(
        label,
        ["none", "some"],
        format_func=lambda c: none if c == "none" else some or _("at a time"),
        default="none",
        required=True,
        key=field(act, f"{name}_choice"),
    )
    if choice == "none":
        return None
    zone = state.store().time_zone
    start = state.store().now().replace(tzinfo=None, minute=0, second=0, microsecond=0)
    picked = st.datetime_input(label, value=start, key=field(act, name), format="YYYY-MM-DD", label_visibility="collapsed")
    return picked.replace(tzinfo=zone) if picked else None


def several(n: int, one: str, many: str) -> str:
    """Return a message about one thing or about many, translated; both are untranslated messages with ``{n}``."""
    return _(one if n == 1 else many).format(n=number(n))


def field(act: str, name: str) -> str:
    """Return the key of one field of an act's dialog."""
    return f"{keys.FORM}_{act}_{name}"
