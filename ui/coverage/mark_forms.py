"""Marking junctions, one or many, and turning proposed posts into planned checkpoints."""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import streamlit as st

from errors import N_
from ledgers.roads import marks
from ledgers.roads.planned_posts import plan_checkpoints
from queries.columns import CHECKPOINT_KINDS
from queries.layers import MARK_STATUSES
from ui.map.workbench import selection_line
from ui.shell import acts
from ui.shell.acts import act_button, dialog, field, order_fields, perform, several
from ui.shell.frame import Frame
from ui.shell.words import _, number, term


def mark_acts(view: Frame, junctions: gpd.GeoDataFrame) -> None:
    """Say which junctions are picked, and draw what can be done with them."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        selection_line("junctions", junctions)
    mark_button(view, junctions, primary=True)


def mark_button(view: Frame, junctions: gpd.GeoDataFrame, *, primary: bool = False) -> None:
    """Draw the button that marks junctions, and its dialog."""
    title = several(len(junctions), N_("Mark {n} junction"), N_("Mark {n} junctions")) if len(junctions) else _("Mark")
    act_button(title, "mark", icon=":material/flag:", disabled=junctions.empty, primary=primary and not junctions.empty)
    if acts.running() == "mark" and len(junctions):
        dialog(title, lambda: _mark(view, junctions))


def _mark(view: Frame, junctions: gpd.GeoDataFrame) -> None:
    status = st.segmented_control(
        _("Mark as"),
        MARK_STATUSES,
        format_func=lambda code: term("mark", code),
        default="requested",
        required=True,
        key=field("mark", "status"),
    )
    note = st.text_input(_("Note"), key=field("mark", "note"), placeholder=_("For example: asked the district on 12 Feb"))
    n, called = number(len(junctions)), term("mark", status)
    if st.button(_("Mark as {status}: {n}").format(status=called, n=n), key=field("mark", "go"), type="primary"):
        places = [("junctions", str(j.id), float(j.geometry.x), float(j.geometry.y)) for j in junctions.itertuples()]
        perform(
            _("Marked as {status}: {n}").format(status=called, n=n),
            lambda: marks.mark_places(view.store, view.viewer, places, status=status or "requested", note=note),
        )


def plan_acts(view: Frame, posts: gpd.GeoDataFrame) -> None:
    """Draw the button that turns proposed posts into planned checkpoints."""
    title = several(len(posts), N_("Plan {n} checkpoint"), N_("Plan {n} checkpoints"))
    act_button(title, "plan", icon=":material/add_location_alt:", disabled=posts.empty, primary=not posts.empty)
    if acts.running() == "plan" and len(posts):
        dialog(title, _planning(view, posts, title))


def _planning(view: Frame, posts: gpd.GeoDataFrame, title: str) -> Callable[[], None]:
    def body() -> None:
        st.caption(
            _(
                "A checkpoint where each proposed post stands, named after its road. "
                "It watches once somebody is on duty there; a block counts at once."
            )
        )
        kind = st.segmented_control(
            _("Kind"),
            CHECKPOINT_KINDS,
            format_func=lambda code: term("kind", code),
            default="inspect",
            required=True,
            key=field("plan", "kind"),
        )
        staff = int(st.number_input(_("Staff required"), 0, 500, 2, key=field("plan", "staff")))
        order = order_fields("plan")
        names = [_("Post on {road}").format(road=road or _("unnamed road")) for road in posts["road"]]
        if st.button(title, key=field("plan", "go"), type="primary", disabled=not order.complete):
            perform(
                several(len(posts), N_("Planned {n} checkpoint"), N_("Planned {n} checkpoints")),
                lambda: plan_checkpoints(
                    view.store, view.viewer, posts, names, kind=kind or "inspect", staff_required=staff, **order.said()
                ),
            )

    return body
