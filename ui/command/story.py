"""The story of the selected feature: how it stands, and every event that made it so, each of which can be undone by a new one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from errors import N_
from ledgers import story as ledger
from queries.columns import TITLES
from queries.kinds import KINDS
from queries.layers import event_sourced_layers
from ui.shell import acts, cache, keys, state
from ui.shell.frame import Frame, feature_title, showing_errors
from ui.shell.words import _, number, plain, term, when

# Of the orders and descriptions, and of the shifts; the newest first. The ledger's export has them all.
SHOWN = 40

_DUTY = ("duty_shift", "sign_in")

# Of an event's own columns: what they are called, and the table of terms of their values.
_TOLD: dict[str, tuple[str, str | None]] = {
    "timetable": (TITLES["timetable"], None),
    "egress": (TITLES["egress"], "egress"),
    "barrier": (TITLES["barrier"], "barrier"),
    "patrol_minutes": (TITLES["patrol_minutes"], None),
    "key_holder": (TITLES["key_holder"], None),
    "expires_at": (TITLES["expires_at"], "moment"),
    "person": (N_("Person"), None),
    "responsible": (TITLES["responsible"], None),
    "phone": (TITLES["phone"], None),
    "force": (N_("Force"), "force"),
    "starts_at": (N_("From"), "moment"),
    "ends_at": (N_("Until"), "moment"),
    "kind": (TITLES["kind"], "feature_kind"),
    "post_class": (TITLES["post_class"], "post_class"),
    "level": (TITLES["level"], "level"),
    **{column.name: (column.title, None) for layer in event_sourced_layers() for column in layer.shown},
    "ordered_by": (TITLES["ordered_by"], None),
    "reason": (TITLES["reason"], None),
}


def story(view: Frame, *, height: int) -> None:
    """Draw the panel of the selected feature, or say how to select one."""
    selected = state.selection()
    with st.container(border=True, height=height, key=keys.STORY):
        if selected is None:
            st.markdown(f"**{_('Story')}**")
            st.caption(_("Select something on the map, in the table or by name: every event of it is told here."))
            return
        layer, feature = selected
        events = cache.story(layer, feature)
        known = cache.feature(layer, feature)
        with st.container(horizontal=True, wrap=False, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"**{feature_title(layer, None if known is None else known['name'], feature)}**")
            st.button("", icon=":material/close:", key=keys.STORY_CLOSE, help=_("Close the story"), on_click=_close, type="tertiary")
        if known is None:
            st.caption(_("Not there at this moment."))
        else:
            _standing(layer, known)
        duties = events["event_table"].isin(_DUTY)
        _events(layer, feature, events[~duties], at=view.at)
        if duties.any():
            label = _("Duty: {n} shifts and sign-ins").format(n=number(duties.sum()))
            with st.expander(label, key=keys.STORY_DUTY, on_change="rerun") as roster:
                if roster.open:
                    _events(layer, feature, events[duties], at=view.at)
        if events.empty:
            st.caption(_("No events: it came with the road network."))


def _events(layer: str, feature: str, events: pd.DataFrame, *, at: datetime) -> None:
    for event in events.head(SHOWN).to_dict("records"):
        _event(layer, feature, {str(k): v for k, v in event.items()}, at=at)
    if len(events) > SHOWN:
        st.caption(_("{n} older ones are not shown.").format(n=number(len(events) - SHOWN)))


def _close() -> None:
    state.put(sel=None)


def _standing(layer: str, known: dict[str, Any]) -> None:
    """Say how the feature stands at the moment in view."""
    if layer == "entrances":
        words = [_("Undecided") if pd.isna(known["mode"]) else term("mode", known["mode"])]
        words += [plain(known["timetable"])] if known["mode"] == "open_hours" else []
        words += [_("open now") if known["open_now"] else _("closed now")] if known["mode"] == "open_hours" else []
        words += [_staffing(known)] if known["open_now"] else []
        words += _softness(known)
        words += [f":red[{_('Seal overdue')}]"] if known["overdue"] else []
        st.markdown(" · ".join(words))
    elif layer == "checkpoints":
        words = [term("kind", known["kind"]), term("post_class", known["post_class"]), *_softness(known), _staffing(known)]
        st.markdown(" · ".join(words))
    elif layer == "crossings":
        st.markdown(_("With a post") if known["with_post"] else f":red[{_('Without a post')}]")
    elif layer == "areas":
        st.markdown(f"{term('level', known['level'])} · {term('status', known['status'])}")


def _softness(known: dict[str, Any]) -> list[str]:
    """Return what is to be said of a barrier that is no wall."""
    if known["barrier"] != "soft":
        return []
    minutes = known["patrol_minutes"]
    if pd.isna(minutes):
        return [f":red[{_('soft barrier, no patrol')}]"]
    return [_("soft barrier, a patrol every {n} minutes").format(n=number(minutes))]


def _staffing(known: dict[str, Any]) -> str:
    if known.get("holds") and not known["staffed"]:
        return str(_("nobody there, and nobody needed"))
    if not known["staffed"]:
        return f":red[{_('nobody there')}]"
    return _("on duty: {person} {phone}").format(person=_text(known["person"]), phone=_text(known["phone"])).strip()


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else plain(str(value))  # type: ignore[call-overload]


# Events


def _what(event: dict[str, Any]) -> str:
    own = event["details"]
    match event["event_table"]:
        case "entrance_event":
            return term("mode", own.get("mode"))
        case "checkpoint_event":
            return _("Post lifted") if own.get("active") is False else _("Post: {kind}").format(kind=term("kind", own.get("kind")))
        case "feature_event" if own.get("withdrawn"):
            return _("Withdrawn")
        case "area_event":
            return term("status", own.get("status"))
        case table:
            return _(KINDS[table].title)


def _details(event: dict[str, Any]) -> str:
    """Return the event's own columns as one line of Markdown."""
    own = event["details"]
    lines = []
    for column, (label, table) in _TOLD.items():
        value = own.get(column)
        if value in (None, "") or (event["event_table"] == "checkpoint_event" and column == "kind"):
            continue
        lines.append(f"{_(label)} {plain(_shown(value, table))}")
    return " · ".join(lines)


def _shown(value: object, table: str | None) -> str:
    if table == "moment":
        return when(datetime.fromisoformat(str(value)))
    return term(table, value) if table else str(value)


def _event(layer: str, feature: str, event: dict[str, Any], *, at: datetime) -> None:
    undone, ahead = event["voided"], event["effective_at"] > at
    what = plain(_what(event))
    head = f"~~{what}~~" if undone else f"**{what}**"
    moment = _("for all time") if event["effective_at"].year < 1901 else when(event["effective_at"])
    with st.container(border=True, gap="xxsmall", key=f"{keys.EVENT}_{event['event_id']}"):
        with st.container(horizontal=True, wrap=False, vertical_alignment="center", horizontal_alignment="distribute", gap="xsmall"):
            st.markdown(f"{head} · {moment}" + (f" · :gray[{_('not yet at this moment')}]" if ahead else ""))
            key = f"{keys.UNDO}_{event['event_id']}"
            if not undone and st.button("", icon=":material/undo:", key=key, type="tertiary", help=_("Undo this event")):
                st.dialog(_("Undo this event"))(_confirm)(layer, feature, event["event_id"], what)
        if details := _details(event):
            st.markdown(f":small[{details}]")
        st.caption(
            _("Recorded {moment} by {who}").format(moment=when(event["recorded_at"]), who=plain(event["recorded_by"]))
            + (f" · {file}" if (file := _text(event["file_name"])) else "")
            + (_undone_by(event) if undone else "")
        )


def _undone_by(event: dict[str, Any]) -> str:
    said = _("undone {moment} by {who}").format(moment=when(event["voided_at"]), who=plain(event["voided_by"]))
    return f"  \n:orange[{said}]" + (f": {reason}" if (reason := _text(event["void_reason"])) else "")


def _confirm(layer: str, feature: str, event_id: str, what: str) -> None:
    st.markdown(
        _("“{what}” will count as if it had never been, at every moment. It stays in the story, marked as undone.").format(what=what)
    )
    with st.form(keys.UNDO_FORM, border=False):
        reason = st.text_input(_("Reason"), key=keys.UNDO_REASON)
        if st.form_submit_button(_("Undo “{what}”").format(what=what), key=keys.UNDO_YES, type="primary"):
            with showing_errors():
                ledger.undo(state.store(), state.viewer(), layer, feature, event_id, reason=reason)
                acts.undone(event_id)
                st.rerun()
