"""Units and environment: businesses, disinfection, tips, supplies, outreach, measures, findings."""

from __future__ import annotations

import streamlit as st

from errors import N_
from ui.shell.acts import notice
from ui.shell.frame import frame
from ui.shell.sections import sections
from ui.shell.timebar import follow, timebar
from ui.shell.wall import title
from ui.shell.words import _
from ui.upkeep.environment_figures import environment_figures
from ui.upkeep.environment_sections import disinfection, findings, measures, tips
from ui.upkeep.supply_sections import outreach, stock
from ui.upkeep.unit_sections import checks_due, unit_list

view = frame(N_("Units and upkeep"))
with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="small"):
    title(view)
    timebar(view.at)
notice()
environment_figures()
sections(
    {
        "units": (_("Units"), lambda: unit_list(view)),
        "checks": (_("Checks due"), lambda: checks_due(view)),
        "disinfection": (_("Disinfection"), lambda: disinfection(view)),
        "tips": (_("Tips"), lambda: tips(view)),
        "supplies": (_("Supplies"), lambda: stock(view)),
        "outreach": (_("Outreach"), lambda: outreach(view)),
        "measures": (_("Measures"), lambda: measures(view)),
        "findings": (_("Findings"), lambda: findings(view)),
    }
)
follow()
