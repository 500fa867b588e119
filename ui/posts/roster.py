"""Who stands where: on duty now, the roster, sign-ins, and the hours nobody covers."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import timedelta
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from errors import mark
from ledgers.posts import duty
from ui.map.workbench import pick
from ui.shell import acts, cache, keys
from ui.shell.acts import act_button, field, perform
from ui.shell.figures import all_clear
from ui.shell.frame import Frame, told
from ui.shell.listing import Column, each_row, listing
from ui.shell.sections import span
from ui.shell.words import _, number, plain, term, when

SHOWN = 8
_SHIFTS = (
    Column("name", mark("Name")),
    Column("person", mark("Person")),
    Column("phone", mark("Phone"), "phone"),
    Column("force", mark("Force"), "term:force"),
    Column("starts_at", mark("From"), "moment"),
    Column("ends_at", mark("Until"), "moment"),
    Column("signed_in_at", mark("Signed in"), "moment"),
)
_GAPS = (
    Column("name", mark("Name")),
    Column("starts_at", mark("From"), "moment"),
    Column("ends_at", mark("Until"), "moment"),
    Column("hours", mark("Hours"), "decimal"),
    Column("why", mark("Why")),
)


# Hours nobody covers


def uncovered(view: Frame, layer: str) -> None:
    """Draw the open hours that nobody covers; choosing rows picks their features."""
    start, end = span(view, "uncovered")
    gaps = cache.uncovered(layer, start, end)
    hours = (gaps["ends_at"] - gaps["starts_at"]).dt.total_seconds() / 3600
    if gaps.empty:
        all_clear(f"{layer}.unstaffed", _("Every open hour is covered."), _("uncovered hours"))
        return
    said = _("{hours} open hours at {n} places have nobody.").format(
        hours=f"**{hours.sum():,.1f}**", n=f"**{number(gaps['subject_id'].nunique())}**"
    )
    st.markdown(said)
    rows = gaps.assign(hours=hours, why=gaps["why"].map(_))
    listing(
        rows,
        _GAPS,
        key=f"{keys.LISTING}_uncovered_{layer}_{len(rows)}",
        file=f"{layer}_uncovered",
        on_pick=lambda picked: pick(layer, list(dict.fromkeys(gaps["subject_id"].iloc[picked]))),
        several=True,
    )


# Rosters


def roster(view: Frame, layer: str, chosen: gpd.GeoDataFrame) -> None:
    """Draw who is on duty at what is picked (at everything, when nothing is), and the shifts around the moment in view."""
    _on_duty(view, layer, chosen)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        act_button(_("Make a roster"), "roster", icon=":material/calendar_add_on:", disabled=chosen.empty)
        act_button(_("Cancel shifts"), "cancel", icon=":material/event_busy:", disabled=chosen.empty)
        if chosen.empty:
            st.caption(_("Pick where, to change its roster."), width="content")
    start, end = span(view, "roster")
    shifts = _of(cache.shifts(layer, start, end), chosen)
    if shifts.empty:
        st.caption(_("No shifts in this time."))
    else:
        listing(shifts, _SHIFTS, key=f"{keys.LISTING}_shifts_{layer}", file=f"{layer}_shifts")
    if acts.running() == "roster" and len(chosen):
        acts.dialog(_("Make a roster"), lambda: _roster_form(view, layer, chosen), width="medium")
    elif acts.running() == "cancel" and len(chosen):
        acts.dialog(_("Cancel shifts"), lambda: _cancel_form(view, layer, chosen), width="medium")


def _of(shifts: pd.DataFrame, chosen: gpd.GeoDataFrame) -> pd.DataFrame:
    return shifts if chosen.empty else shifts[shifts["subject_id"].isin(chosen["id"])].reset_index(drop=True)


def _on_duty(view: Frame, layer: str, chosen: gpd.GeoDataFrame) -> None:
    """Draw the people on duty, each with a call and, where sign-ins are kept, the sign-in."""
    present = _of(cache.on_duty(layer), chosen)
    st.markdown(_("On duty at {moment}: **{n}**").format(moment=plain(when(view.at)), n=number(len(present))))
    if chosen.empty and len(present) > SHOWN:
        st.caption(_("Pick a place to call its people or sign them in."))
        return
    keeping = cache.sign_in_kept(layer)
    for shift in present.to_dict("records"):
        where = "" if len(chosen) == 1 else f"**{plain(shift['name'] or shift['subject_id'])}** · "
        _person(view, layer, shift, where=where, sign_in_kept=shift["subject_id"] in keeping)


def _person(view: Frame, layer: str, shift: dict[Hashable, Any], *, where: str, sign_in_kept: bool) -> None:
    """Draw one person on duty: who, where, until when, the call, and the sign-in."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        told = f"{where}{plain(shift['person'])} · {term('force', shift['force'])} · "
        st.markdown(told + plain(f"{when(shift['starts_at'])} – {when(shift['ends_at'])}"), width="stretch")
        if not pd.isna(shift["signed_in_at"]):
            st.markdown(f":green[{_('signed in {moment}').format(moment=plain(when(shift['signed_in_at'])))}]", width="content")
        elif sign_in_kept:
            _sign_in_button(view, layer, shift["shift_id"], shift["person"])
        if shift["phone"]:
            label = _("Call {phone}").format(phone=plain(shift["phone"]))
            st.link_button(label, f"tel:{shift['phone']}", key=f"{keys.CALL}_{shift['shift_id']}", icon=":material/call:")


def _sign_in_button(view: Frame, layer: str, shift_id: str, person: str) -> None:
    if st.button(_("Sign in"), key=f"{keys.SIGN_IN}_{shift_id}", icon=":material/how_to_reg:", type="primary"):
        perform(_("Signed in: {name}").format(name=plain(person)), lambda: duty.sign_in(view.store, view.viewer, layer, shift_id))


def _roster_form(view: Frame, layer: str, chosen: gpd.GeoDataFrame) -> None:
    """Draw the dialog that makes a roster: crews taking turns, shift by shift."""
    crews = _crew_editor()
    midnight = view.store.now().replace(hour=0, minute=0, second=0, microsecond=0)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = st.datetime_input(
            _("From"), value=(midnight + timedelta(days=1)).replace(tzinfo=None), key=field("roster", "start"), format="YYYY-MM-DD"
        )
        days = st.number_input(_("Days"), 1, 60, 7, key=field("roster", "days"))
        hours = st.number_input(_("Hours a shift"), 1, 24, 8, key=field("roster", "hours"))
    only_open = layer == "entrances" and st.toggle(_("Only while open"), value=True, key=field("roster", "only_open"))
    if first is None or not crews:
        st.caption(_("Write down who stands in each crew; the crews take turns."))
        return
    start = first.replace(tzinfo=view.store.time_zone)
    end = start + timedelta(days=int(days))
    if st.button(_("Make a roster"), key=field("roster", "go"), type="primary"):
        with told():
            subjects = list(chosen["id"])
            spans = {subject: [(start, end)] for subject in subjects}
            if only_open:
                spans = duty.open_hours(view.store, view.viewer, layer, subjects, start=start, end=end)
            turns = [duty.slots(spans[subject], hours=float(hours), crews=crews).assign(subject_id=subject) for subject in subjects]
            shifts = pd.concat(turns, ignore_index=True)
            added = duty.add_shifts(view.store, view.viewer, layer, shifts)
            said = _("Added {n} shifts at {places} places, the first from {start}")
            first_start = when(shifts["starts_at"].min())
            acts.done(said.format(n=number(len(shifts)), places=number(len(subjects)), start=first_start), added)


def _crew_editor() -> list[list[duty.Guard]]:
    """Draw the people and the crew each stands in; return the crews in turn."""
    empty = pd.DataFrame(
        {"crew": pd.Series([1, 2, 3], dtype="Int64"), "person": "", "phone": "", "force": "volunteer"},
    )
    people = st.data_editor(
        empty,
        key=field("roster", "crews"),
        hide_index=True,
        num_rows="dynamic",
        column_config={
            "crew": st.column_config.NumberColumn(_("Crew"), min_value=1, step=1, width=64, help=_("People of one crew stand together.")),
            "person": st.column_config.TextColumn(_("Person"), required=True),
            "phone": st.column_config.TextColumn(_("Phone")),
            "force": st.column_config.SelectboxColumn(_("Force"), options=duty.FORCES, format_func=lambda code: term("force", code)),
        },
    )
    crews: dict[int, list[duty.Guard]] = {}
    for crew, person, phone, force in people[["crew", "person", "phone", "force"]].itertuples(index=False, name=None):
        if not pd.isna(person) and person.strip():
            guard = duty.Guard(person, "" if pd.isna(phone) else phone, "volunteer" if pd.isna(force) else force)
            crews.setdefault(0 if pd.isna(crew) else int(crew), []).append(guard)
    return [crews[number_] for number_ in sorted(crews)]


def _cancel_form(view: Frame, layer: str, chosen: gpd.GeoDataFrame) -> None:
    """Draw the dialog that cancels shifts still to come or running; it asks, for it cannot be undone."""
    now = view.store.now()
    shifts = _of(cache.shifts(layer, now, now + timedelta(days=60)), chosen)
    if shifts.empty:
        st.caption(_("No shifts in this time."))
        return
    labels = {s.shift_id: f"{s.name or s.subject_id} · {s.person} · {when(s.starts_at)} – {when(s.ends_at)}" for s in each_row(shifts)}
    ids = st.multiselect(_("Shifts"), list(labels), format_func=lambda shift: labels[shift], key=field("cancel", "shifts"))
    reason = st.text_input(_("Reason"), key=field("cancel", "reason"))
    st.caption(_("A cancelled shift cannot be brought back; put the person on the roster again instead."))
    label = _("Cancel {n} shifts").format(n=number(len(ids)))
    if st.button(label, key=field("cancel", "go"), type="primary", disabled=not (ids and reason.strip())):
        perform(_("Cancelled {n} shifts").format(n=number(len(ids))), lambda: _cancel(view, layer, ids, reason))


def _cancel(view: Frame, layer: str, ids: list[str], reason: str) -> list[str]:
    duty.cancel_shifts(view.store, view.viewer, layer, ids, reason=reason)
    return []
