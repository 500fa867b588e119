"""One person, one file: everything known, when, and from whom; masked until somebody says what it is needed for."""

from __future__ import annotations

import streamlit as st

from errors import N_
from ui.people.person_forms import file_acts, list_acts
from ui.people.person_view import heading, members, openings, person_list, readings_chart, timeline
from ui.shell import cache, state
from ui.shell.acts import notice
from ui.shell.frame import frame
from ui.shell.timebar import follow, timebar
from ui.shell.wall import title

view = frame(N_("Person file"))
with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="small"):
    title(view)
    timebar(view.at)
notice()
chosen = state.param("person")
if chosen:
    found = cache.person_file(chosen)
    who_side, more_side = st.columns([1.15, 1], gap="small")
    with who_side:
        heading(view, found)
        file_acts(view, found)
        members(view, found)
        openings(view, found)
    with more_side:
        readings_chart(found)
    timeline(view, found)
else:
    list_acts(view)
    person_list(view)
follow()
