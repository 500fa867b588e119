"""Risk areas: level, reason, and the day it changes if nothing new happens; grids shaded by what is to be done in them."""

from __future__ import annotations

import streamlit as st

from errors import N_
from ledgers.risk.shades import NAMES
from ui.map.shades import shade_map
from ui.risk.forms import risk_acts
from ui.risk.sections import case_section, grid_section, rule_section
from ui.risk.tables import HEIGHT, level_figures, level_table, shown_tier
from ui.shell.acts import notice
from ui.shell.frame import frame
from ui.shell.sections import sections
from ui.shell.timebar import follow, timebar
from ui.shell.wall import title
from ui.shell.words import _

view = frame(N_("Risk areas"))
with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="small"):
    title(view)
    timebar(view.at)
notice()
level_figures()
map_side, table_side = st.columns([1.15, 1], gap="small")
with map_side:
    shade_map(view, NAMES, filters={"risk": {"tier": (shown_tier(),)}}, height=HEIGHT)
with table_side:
    level_table(view)
risk_acts(view)
sections(
    {
        "cases": (_("Cases"), lambda: case_section(view)),
        "grids": (_("Grids"), grid_section),
        "rule": (_("The rule"), lambda: rule_section(view)),
    }
)
follow()
