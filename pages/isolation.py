"""Isolation: who is observed, what is due, missed and alarming, who is to be released, what people ask for."""

from __future__ import annotations

import streamlit as st

from errors import N_
from ui.map.shades import shade_map
from ui.people.isolation_forms import isolation_acts
from ui.people.isolation_tables import disturbance_table, due_table, episode_table, history_table, request_table
from ui.people.isolation_view import due_people, figures
from ui.shell.acts import notice
from ui.shell.frame import frame
from ui.shell.sections import sections
from ui.shell.timebar import follow, timebar
from ui.shell.wall import title
from ui.shell.words import _

view = frame(N_("Isolation"))
with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="small"):
    title(view)
    timebar(view.at)
notice()
figures()
map_side, due_side = st.columns([1.15, 1], gap="small")
with map_side:
    shade_map(view, ("isolating", "missed"), default="isolating")
with due_side:
    due_people()
isolation_acts(view)
sections(
    {
        "due": (_("Due now"), due_table),
        "episodes": (_("All episodes"), episode_table),
        "history": (_("History"), lambda: history_table(view)),
        "requests": (_("Requests"), lambda: request_table(view)),
        "disturbed": (_("Calls at the door"), lambda: disturbance_table(view)),
    }
)
follow()
