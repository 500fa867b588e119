"""Changes to the ground of the proof: ways in that are added, pieces of road struck and added; each placed by clicks, each undone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import streamlit as st

from geo.edits import ADD_WITHIN_M
from geo.network import geodesic_m
from geo.pointing import nearest_segment
from ledgers.roads import entry_points, road_edits
from ledgers.roads.coverage import Study
from queries.layers import ENTRY_KINDS
from ui.posts.place_forms import wait_for_click
from ui.shell import acts, keys
from ui.shell.acts import dialog, field, perform
from ui.shell.frame import Frame
from ui.shell.words import _, number, plain, term, when

# Nobody who points so far beside a road means it.
STRIKE_WITHIN_M = 100.0


def way_acts(view: Frame, study: Study) -> None:
    """Draw the buttons that change the ground, what they wait for, the dialog that is open, and what has been changed."""
    with st.container(horizontal=True, gap="xsmall"):
        for act, label, icon in (
            ("entry", _("Add a way in"), ":material/add_location_alt:"),
            ("strike", _("Strike a piece of road"), ":material/remove_road:"),
            ("join", _("Add a piece of road"), ":material/add_road:"),
        ):
            st.button(label, key=f"{keys.ACT}_{act}", icon=icon, on_click=wait_for_click, args=(act,))
    _placing()
    forms: dict[str, tuple[str, Callable[[], None]]] = {
        "entry": (_("Add a way in"), lambda: _entry(view)),
        "strike": (_("Strike a piece of road"), lambda: _strike(view, study)),
        "join": (_("Add a piece of road"), lambda: _join(view, study)),
    }
    if (running := acts.running() or "") in forms and keys.PLACE in st.session_state:
        dialog(*forms[running])
    _standing(view)


def _placing() -> None:
    act = st.session_state.get(keys.PLACING)
    told = {
        "entry": _("Click on the map where people come in."),
        "strike": _("Click on the piece of road that is not there."),
        "join": _("Click on the second end.")
        if keys.PLACE_FIRST in st.session_state
        else _("Click on both ends of the road, one after the other."),
    }
    if act not in told:
        return
    with st.container(horizontal=True, vertical_alignment="center", border=True, gap="small"):
        st.markdown(f":blue[:material/touch_app:] {told[act]}", width="stretch")
        st.button(_("Leave it"), key=field(act, "leave"), type="tertiary", on_click=acts.stop)


def _entry(view: Frame) -> None:
    lon, lat = st.session_state[keys.PLACE]
    name = st.text_input(_("Name"), key=field("entry", "name"))
    kind = st.segmented_control(
        _("Kind"), ENTRY_KINDS, format_func=lambda code: term("way_in", code), default="station", required=True, key=field("entry", "kind")
    )
    note = st.text_input(_("Note"), key=field("entry", "note"))
    st.caption(f"{lat:.5f}, {lon:.5f}")
    if st.button(_("Add this way in"), key=field("entry", "go"), type="primary", disabled=not name.strip()):
        perform(
            _("Added: {name}").format(name=plain(name.strip())),
            lambda: (
                entry_points.add_entry_point(
                    view.store, view.viewer, name=name, kind=kind or "other", lon=lon, lat=lat, note=note
                ).event_ids
            ),
        )


def _mode_field(act: str, default: str) -> str:
    labels = {"drive": _("Road"), "walk": _("Footpath")}
    chosen = st.segmented_control(
        _("Kind"), list(labels), format_func=labels.__getitem__, default=default, required=True, key=field(act, "mode")
    )
    return chosen or default


def _strike(view: Frame, study: Study) -> None:
    lon, lat = st.session_state[keys.PLACE]
    # The roads as imported, since a strike is known by where the ends of its segment lie.
    network = study.situation.ground.edits.network.of_mode(study.mode)
    segment, away = nearest_segment(network, lon, lat)
    if away > STRIKE_WITHIN_M:
        st.warning(_("There is no road within {metres} m of this place; click closer to one.").format(metres=number(STRIKE_WITHIN_M)))
        return
    u, v = int(network.seg_u[segment]), int(network.seg_v[segment])
    a, b = ((float(network.lon[n]), float(network.lat[n])) for n in (u, v))
    way = network.ways.iloc[int(network.seg_way[segment])]
    road = str(way["name"] or way["ref"]) or _("unnamed road")
    st.markdown(
        _("{road} ({highway}), {metres} m").format(
            road=f"**{plain(road)}**", highway=term("highway", way["highway"]), metres=number(network.length_m[segment])
        )
    )
    mode = "drive" if network.seg_drive[segment] else "walk"
    note = st.text_input(_("Note"), key=field("strike", "note"), placeholder=_("For example: dug up on 10 Feb"))
    st.caption(_("Nobody is taken to pass there any more. What is struck is listed first among what to verify in person."))
    if st.button(_("Strike this piece"), key=field("strike", "go"), type="primary"):
        perform(
            _("Struck: {road}").format(road=plain(road)),
            lambda: road_edits.strike(view.store, view.viewer, a=a, b=b, mode=mode, note=note or road).event_ids,
        )


def _join(view: Frame, study: Study) -> None:
    ends = (st.session_state[keys.PLACE_FIRST], st.session_state[keys.PLACE])
    index = study.situation.ground.index
    _node, away = index.nearest_node(*np.array(ends).T, inside=False)
    if max(away) > ADD_WITHIN_M:
        st.warning(_("Each end must lie within {metres} m of a bend or end of a road; click closer.").format(metres=number(ADD_WITHIN_M)))
        return
    name = st.text_input(_("Name"), key=field("join", "note"), placeholder=_("For example: the dirt track behind the school"))
    mode = _mode_field("join", study.mode)
    lon, lat = np.array(ends).T
    length = geodesic_m(lon, lat, np.array([0]), np.array([1]))[0]
    st.caption(_("{metres} m, in a straight line").format(metres=number(length)))
    if st.button(_("Add this piece"), key=field("join", "go"), type="primary"):
        perform(
            _("Added: {name}").format(name=plain(name.strip()) or _("a piece of road")),
            lambda: road_edits.add(view.store, view.viewer, a=ends[0], b=ends[1], mode=mode, note=name).event_ids,
        )


def _standing(view: Frame) -> None:
    """Draw the changes in force, each with the button that ends it."""
    for edit in road_edits.edits(view.whole).itertuples():
        said = f"**{term('road_edit', edit.action)}** {plain(edit.note or '')}"
        _ending(
            said,
            edit,
            edit.edit_id,
            _("Restore"),
            _("Restored: {name}").format(name=plain(edit.note or _("a piece of road"))),
            partial(road_edits.restore, view.store, view.viewer, edit.edit_id),
        )
    for entry in entry_points.entry_points(view.whole).itertuples():
        _ending(
            f"**{plain(entry.name)}** {term('way_in', entry.kind)}",
            entry,
            entry.entry_id,
            _("Withdraw"),
            _("Withdrawn: {name}").format(name=plain(entry.name)),
            partial(entry_points.withdraw_entry_point, view.store, view.viewer, entry.entry_id),
        )


def _ending(said: str, row: object, key: str, label: str, done: str, act: Callable[[], list[str]]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(said, width="stretch")
        st.caption(when(row.since), width="content")  # type: ignore[attr-defined]
        if st.button(label, key=field("end", key), type="tertiary", icon=":material/undo:"):
            perform(done, act)
