"""Screening: how far each round has come against the clock, doors to visit again, households that nobody has reached."""

from __future__ import annotations

import streamlit as st

from errors import N_
from ui.map.shades import shade_map
from ui.people.screening_forms import screening_acts
from ui.people.screening_tables import (
    building_table,
    check_table,
    day_table,
    grid_table,
    household_table,
    team_table,
    unreached_table,
    waiting_table,
)
from ui.people.screening_view import clock_chart, figures, funnel_chart, round_choice, round_line
from ui.shell import cache
from ui.shell.acts import notice
from ui.shell.frame import frame
from ui.shell.sections import sections
from ui.shell.timebar import follow, timebar
from ui.shell.wall import title
from ui.shell.words import _

view = frame(N_("Screening"))
with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="small"):
    title(view)
    round_choice()
    timebar(view.at)
notice()
done = cache.screening_progress()
figures(done)
map_side, clock_side = st.columns([1.15, 1], gap="small")
with map_side:
    shade_map(view, ("unreached",), default="unreached")
with clock_side:
    round_line(done)
    clock_chart(done)
    funnel_chart(done)
screening_acts(view)
sections(
    {
        "waiting": (_("To visit now"), lambda: waiting_table(view)),
        "unreached": (_("Never reached"), lambda: unreached_table(view)),
        "grids": (_("Grids"), lambda: grid_table(done)),
        "buildings": (_("Buildings"), lambda: building_table(done)),
        "teams": (_("Teams"), lambda: team_table(done)),
        "days": (_("By day"), lambda: day_table(done)),
        "households": (_("All households"), lambda: household_table(view)),
        "check": (_("Ledger check"), check_table),
    }
)
follow()
