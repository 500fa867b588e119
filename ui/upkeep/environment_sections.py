"""Sections of the page of units and environment: disinfection, tips, measures and findings, each a table and its acts."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from errors import mark
from ledgers.upkeep import environment
from ui.map.workbench import linked_table, picked
from ui.shell import acts, cache, keys
from ui.shell.acts import act_button, several
from ui.shell.frame import Frame
from ui.shell.listing import Column
from ui.shell.opening import open_button, open_form, shown
from ui.shell.record_form import AREA, WHEN, Ask, record_form
from ui.shell.words import _, number, plain, term, when

TABLE = 440
_AREA = Column("area_name", mark("Area"))
_ROUNDS = (
    Column("name", mark("Place")),
    Column("place_layer", mark("Kind"), "term:disinfected"),
    Column("state", mark("State"), "term:round_state"),
    Column("done_at", mark("Last round"), "moment"),
    Column("due_at", mark("Due"), "moment"),
    Column("part", mark("Part")),
    Column("agent", mark("Agent")),
    Column("done_by", mark("Done by")),
    _AREA,
)
_TIPS = (
    Column("taken_at", mark("Taken down"), "moment"),
    Column("kind", mark("About")),
    Column("status", mark("State"), "term:tip_status"),
    _AREA,
    Column("content", mark("Tip")),
    Column("outcome", mark("Outcome")),
    Column("handled_by", mark("Handled by")),
    Column("reporter", mark("Reported by")),
)
_MEASURES = (
    Column("started_at", mark("From"), "moment"),
    Column("title", mark("Measure")),
    Column("status", mark("State"), "term:measure_status"),
    Column("ended_at", mark("Until"), "moment"),
    _AREA,
    Column("content", mark("What it says")),
    Column("ordered_by", mark("Ordered by")),
)
_FINDINGS = (
    Column("found_at", mark("Found"), "moment"),
    Column("subject", mark("Inspected")),
    Column("finding", mark("Finding")),
    Column("status", mark("State"), "term:finding_status"),
    Column("resolved_at", mark("Mended"), "moment"),
    _AREA,
    Column("inspector", mark("Inspector")),
)


def _table(name: str, frame: pd.DataFrame, columns: tuple[Column, ...], *, empty: str, many: bool = False) -> list[str]:
    """Draw a table whose rows are picked; return the ids picked that are in it."""
    if frame.empty:
        st.caption(empty)
        return []
    linked_table(name, frame, columns, max_height=TABLE, several=many)
    return [i for i in picked(name) if i in set(frame["id"])]


# Disinfection


def disinfection(view: Frame) -> None:
    """Draw the places and their last rounds, the overdue first."""
    found = cache.surroundings("rounds")
    states = [s for s in ("overdue", "never", "fresh") if (found["state"] == s).any()]
    counts = found["state"].value_counts()
    wanted = st.pills(
        _("State"),
        states,
        selection_mode="multi",
        format_func=lambda s: f"{term('round_state', s)} {number(counts[s])}",
        key=f"{keys.ENVIRONMENT_PICK}_rounds",
        label_visibility="collapsed",
    )
    rows = found[found["state"].isin(wanted or states)].assign(id=found["place_layer"] + "/" + found["place_id"])
    chosen = _table("rounds", rows, _ROUNDS, empty=_("No building, place or unit is known here."), many=True)
    act_button(
        _("Record a round at {n} places").format(n=number(len(chosen))) if chosen else _("Record a round"),
        "disinfect",
        icon=":material/sanitizer:",
        disabled=not chosen,
        primary=True,
    )
    if acts.running() == "disinfect" and chosen:
        acts.dialog(_("Record a round"), lambda: _disinfect(view, chosen))


_ROUND = (
    Ask("done_by", mark("Done by"), needed=True),
    Ask("part", mark("Part: doors, lifts, bins …")),
    Ask("agent", mark("Agent")),
    Ask("note", mark("Note")),
    WHEN,
)


def _disinfect(view: Frame, chosen: list[str]) -> None:
    places = [place.split("/", 1) for place in chosen]

    def save(values: dict[str, Any]) -> list[str]:
        return [
            event
            for layer in dict.fromkeys(of for of, _place in places)
            for event in environment.disinfect(view.store, view.viewer, layer, [i for of, i in places if of == layer], **values)
        ]

    told = several(len(chosen), mark("Disinfected: {n} place"), mark("Disinfected: {n} places"))
    record_form("disinfect", _ROUND, go=_("Record the round"), save=save, said=lambda values: told)


# Tips


def tips(view: Frame) -> None:
    """Draw the tips and what became of them."""
    found = cache.surroundings("tips")
    chosen = _table("tips", shown(view, "tip", found, "tip_id").assign(id=found["tip_id"]), _TIPS, empty=_("No tips have come in."))
    standing = found[found["tip_id"].isin(chosen)]
    steps = environment.TIP_STEPS[standing["status"].iloc[0]] if len(standing) else ()
    with st.container(horizontal=True, gap="xsmall"):
        act_button(_("Take down a tip"), "take_tip", icon=":material/add_comment:", primary=True)
        act_button(_("Next step"), "settle_tip", icon=":material/task_alt:", disabled=not steps)
        open_button("tip", {"tip": chosen} if chosen else {})
    if acts.running() == "take_tip":
        acts.dialog(_("Take down a tip"), lambda: _take_tip(view))
    elif acts.running() == "settle_tip" and steps:
        acts.dialog(_("Next step"), lambda: _settle_tip(view, standing.iloc[0].to_dict(), steps))
    open_form(view, "tip", {"tip": chosen})


def _take_tip(view: Frame) -> None:
    known = tuple(sorted(cache.surroundings("tips")["kind"].dropna().unique()))
    asks = (
        Ask("kind", mark("About"), "pick", options=known),
        Ask("content", mark("Tip"), "long", needed=True),
        AREA,
        Ask("reporter", mark("Reported by")),
        Ask("phone", mark("Phone")),
        WHEN,
    )
    record_form(
        "take_tip",
        asks,
        go=_("Take it down"),
        save=lambda values: environment.take_tip(view.store, view.viewer, values.pop("area_id"), **values)[1],
        said=lambda values: _("Tip taken down"),
    )


def _settle_tip(view: Frame, tip: dict[Any, Any], steps: tuple[str, ...]) -> None:
    closing = steps == ("closed",)
    st.markdown(f"{plain(str(tip['kind'] or ''))} · {term('tip_status', tip['status'])} · {when(tip['taken_at'])}")
    asks = (
        Ask("status", mark("Becomes"), "term:tip_status", options=steps),
        Ask("outcome", mark("Outcome"), "long", needed=closing),
        Ask("handled_by", mark("Handled by"), needed=True),
        WHEN,
    )
    record_form(
        f"settle_tip_{tip['tip_id']}_{tip['status']}",
        asks,
        start={"handled_by": tip["handled_by"]},
        go=_("Record the step"),
        save=lambda values: environment.settle_tip(view.store, view.viewer, tip["tip_id"], **values),
        said=lambda values: _("The tip is now: {state}").format(state=term("tip_status", values["status"])),
    )


# Measures and findings


def measures(view: Frame) -> None:
    """Draw the measures, dated; those in force at the moment in view say so."""
    found = cache.surroundings("measures")
    chosen = _table("measures", found.assign(id=found["measure_id"]), _MEASURES, empty=_("No measures have been ordered."))
    active = found[found["measure_id"].isin(chosen) & (found["status"] == "active")]
    with st.container(horizontal=True, gap="xsmall"):
        act_button(_("Order a measure"), "order_measure", icon=":material/gavel:", primary=True)
        act_button(_("End it"), "end_measure", icon=":material/event_busy:", disabled=active.empty)
    if acts.running() == "order_measure":
        acts.dialog(_("Order a measure"), lambda: _order_measure(view))
    elif acts.running() == "end_measure" and len(active):
        acts.dialog(_("End it"), lambda: _end_measure(view, active.iloc[0].to_dict()))


_ORDERED_BY = Ask("ordered_by", mark("Ordered by"), needed=True)
_EFFECT = Ask("effective_at", mark("Takes effect"), "moment")


def _order_measure(view: Frame) -> None:
    asks = (Ask("title", mark("Measure"), needed=True), Ask("content", mark("What it says"), "long"), AREA, _ORDERED_BY, _EFFECT)
    record_form(
        "order_measure",
        asks,
        go=_("Order the measure"),
        save=lambda values: environment.order_measure(view.store, view.viewer, values.pop("area_id"), **values)[1],
        said=lambda values: _("Ordered: {name}").format(name=plain(values["title"])),
    )


def _end_measure(view: Frame, measure: dict[Any, Any]) -> None:
    record_form(
        f"end_measure_{measure['measure_id']}",
        (_ORDERED_BY, _EFFECT),
        go=_("End {name}").format(name=plain(measure["title"])),
        save=lambda values: environment.end_measure(view.store, view.viewer, measure["measure_id"], **values),
        said=lambda values: _("Ended: {name}").format(name=plain(measure["title"])),
    )


def findings(view: Frame) -> None:
    """Draw what inspections found, what is not mended first."""
    found = cache.surroundings("findings")
    chosen = _table("findings", found.assign(id=found["finding_id"]), _FINDINGS, empty=_("No inspection has found anything."))
    still = found[found["finding_id"].isin(chosen) & (found["status"] == "open")]
    with st.container(horizontal=True, gap="xsmall"):
        act_button(_("Record a finding"), "report_finding", icon=":material/search_insights:", primary=True)
        act_button(_("It is mended"), "resolve_finding", icon=":material/check:", disabled=still.empty)
    if acts.running() == "report_finding":
        acts.dialog(_("Record a finding"), lambda: _report(view))
    elif acts.running() == "resolve_finding" and len(still):
        acts.dialog(_("It is mended"), lambda: _resolve(view, still.iloc[0].to_dict()))


_INSPECTOR = Ask("inspector", mark("Inspector"), needed=True)


def _report(view: Frame) -> None:
    asks = (Ask("subject", mark("Inspected"), needed=True), Ask("finding", mark("Finding"), "long", needed=True), AREA, _INSPECTOR, WHEN)
    record_form(
        "report_finding",
        asks,
        go=_("Record the finding"),
        save=lambda values: environment.report_finding(view.store, view.viewer, values.pop("area_id"), **values)[1],
        said=lambda values: _("Found: {name}").format(name=plain(values["finding"])),
    )


def _resolve(view: Frame, finding: dict[Any, Any]) -> None:
    st.markdown(f"**{plain(finding['subject'])}** · {plain(finding['finding'])}")
    record_form(
        f"resolve_finding_{finding['finding_id']}",
        (_INSPECTOR, WHEN),
        go=_("It is mended"),
        save=lambda values: environment.resolve_finding(view.store, view.viewer, finding["finding_id"], **values),
        said=lambda values: _("Mended: {name}").format(name=plain(finding["finding"])),
    )
