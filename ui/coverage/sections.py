"""The sections beside the map of the blind spots: one table at a time, and what can be done from it."""

from __future__ import annotations

import streamlit as st

from ui.background.coverage_job import Answer
from ui.coverage.budget_chart import budget_chart
from ui.coverage.clock_strip import clock_strip
from ui.coverage.declaration_forms import settlement_acts
from ui.coverage.downloads import downloads
from ui.coverage.joint_forms import joint_list
from ui.coverage.mark_forms import mark_acts, mark_button, plan_acts
from ui.coverage.request_letter import letter_button
from ui.coverage.road_edit_forms import way_acts
from ui.coverage.tables import drill_list, junction_list, junctions_of, post_list, settlement_list, verify_list, way_list
from ui.shell.frame import Frame
from ui.shell.sections import sections
from ui.shell.words import _


def coverage_sections(view: Frame, answer: Answer) -> None:
    """Draw the choice of a table, the table, and its acts."""
    sections(
        {
            "junctions": (_("Junctions"), lambda: _junctions(view, answer)),
            "settlements": (_("Settlements"), lambda: _settlements(view, answer)),
            "posts": (_("Proposed posts"), lambda: _posts(view, answer)),
            "ways": (_("Ways in"), lambda: _ways(view, answer)),
            "joints": (_("Doubtful joints"), lambda: joint_list(view, answer)),
            "drill": (_("Drill"), lambda: drill_list(view, answer)),
            "verify": (_("Verify"), lambda: verify_list(view, answer)),
        }
    )


def _junctions(view: Frame, answer: Answer) -> None:
    mark_acts(view, junction_list(answer))


def _settlements(view: Frame, answer: Answer) -> None:
    chosen = settlement_list(answer)
    if chosen.empty:
        st.caption(_("Pick a settlement to see the roads into it, and to say whether its entrances are all listed."))
        return
    settlement_acts(view, answer, chosen.iloc[0])


def _posts(view: Frame, answer: Answer) -> None:
    posts = post_list(answer)
    with st.container(horizontal=True, gap="xsmall"):
        plan_acts(view, posts)
        mark_button(view, junctions_of(answer, posts))
        letter_button(view, answer)
        downloads(answer)


def _ways(view: Frame, answer: Answer) -> None:
    way_list(answer)
    way_acts(view, answer.study)


def budget_and_clock(view: Frame, answer: Answer) -> None:
    """Draw below the map what fewer posts would do, and what the hours ahead bring; where nothing is proved, neither means anything."""
    if not answer.study.proves:
        return
    left, right = st.columns(2, gap="medium")
    with left:
        budget_chart(answer)
    with right:
        clock_strip(view, answer)
