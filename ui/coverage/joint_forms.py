"""The doubtful joints of the roads: listed, drawn, and decided by whoever has been there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from errors import N_
from ledgers.roads import road_edits
from ui.background.coverage_job import Answer
from ui.coverage.tables import JOINTS, TABLE
from ui.map.workbench import linked_table, picked
from ui.shell import acts, cache
from ui.shell.acts import act_button, dialog, field, perform
from ui.shell.frame import Frame
from ui.shell.words import _, number, plain, term

# By decision: the button, its icon, what follows.
_DECISIONS = {
    "join": (N_("They meet"), ":material/merge:", N_("From now on the two roads are taken to meet here.")),
    "part": (N_("They do not meet"), ":material/call_split:", N_("From now on the two roads are taken not to meet here.")),
    "confirm": (N_("Seen: as drawn"), ":material/visibility:", N_("The map is right here: it is in doubt no more.")),
}


def joint_list(view: Frame, answer: Answer) -> None:
    """Draw the doubtful joints, those that matter first, and what can be said of the one that is picked."""
    doubts, frame = answer.study.doubts, cache.named_frame(answer, "joints")
    if frame.empty:
        st.caption(_("No roads are drawn so near to each other without meeting that it would be doubtful."))
        return
    st.caption(
        _(
            "{matter} of {n} joints matter: if they are joined, somebody lies open who does not as drawn, or not with the posts proposed."
        ).format(matter=number(frame["matters"].sum()), n=number(len(frame)))
        if doubts.differs
        else _("None of {n} joints matters now: with all of them joined nobody else lies open.").format(n=number(len(frame)))
    )
    linked_table("joints", frame, JOINTS, max_height=TABLE, several=False)
    chosen = frame[frame["id"].isin(picked("joints"))]
    if chosen.empty:
        st.caption(_("Pick a joint on the map or in the table, and say what is so on the ground."))
        return
    _acts(view, answer, chosen.iloc[0])


def _acts(view: Frame, answer: Answer, joint: pd.Series[Any]) -> None:
    st.markdown(f"**{number(joint['number'])}** {plain(str(joint['name']))} · {term('joint', joint['kind'])}")
    with st.container(horizontal=True, gap="xsmall"):
        for decision, (label, icon, _told) in _DECISIONS.items():
            act_button(_(label), f"joint_{decision}", icon=icon)
    for decision, (label, _icon, _told) in _DECISIONS.items():
        if acts.running() == f"joint_{decision}":
            dialog(_(label), _deciding(view, answer, joint, decision))


def _deciding(view: Frame, answer: Answer, joint: pd.Series[Any], decision: str) -> Callable[[], None]:
    act, (label, _icon, follows) = f"joint_{decision}", _DECISIONS[decision]
    name = str(joint["name"])

    def body() -> None:
        st.markdown(plain(name))
        st.caption(_(follows))
        note = st.text_input(_("Note"), key=field(act, "note"), placeholder=_("For example: seen by the village head on 10 Feb"))
        if st.button(_(label), key=field(act, "go"), type="primary"):
            perform(
                _("{joint}: {decision}").format(joint=plain(name), decision=term("road_edit", decision)),
                lambda: (
                    road_edits.decide_joint(
                        view.store,
                        view.viewer,
                        a=(float(joint["lon_a"]), float(joint["lat_a"])),
                        b=(float(joint["lon_b"]), float(joint["lat_b"])),
                        mode=answer.question.mode,
                        decision=decision,
                        note=note or name,
                    ).event_ids
                ),
            )

    return body
