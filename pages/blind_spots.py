"""Blind spots: what the roads leave open at a moment, and the fewest posts that would close it, proved."""

from __future__ import annotations

import streamlit as st

from errors import N_
from ui.coverage.claim import assumed, claimed, other_mode
from ui.coverage.controls import answered, controls
from ui.coverage.figures import explained, figures
from ui.coverage.sections import budget_and_clock, coverage_sections
from ui.coverage.study_map import coverage_map
from ui.shell import keys
from ui.shell.acts import notice
from ui.shell.frame import frame
from ui.shell.timebar import follow, timebar
from ui.shell.wall import title

view = frame(N_("Blind spots"))
with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="small"):
    title(view)
    timebar(view.at)
notice()
question = controls(view)
with st.container(key=keys.COVERAGE_STATUS):  # there in any case, so that the map keeps its place
    answer = answered(view, question)
    if answer:
        claimed(answer)
        beside, below = st.columns(2, gap="small")
        with below:
            assumed(answer)
        figures(answer)
map_side, table_side = st.columns([1.15, 1], gap="small")
with map_side:
    coverage_map(view, answer)
    explained()
with table_side:
    if answer:
        coverage_sections(view, answer)
if answer:
    budget_and_clock(view, answer)
    with beside:  # asked for last: what is in view comes first
        other_mode(view, answer, question)
follow()
