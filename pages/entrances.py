"""Entrances: where they are and how they stand; seal, open, roster, passes and the gate."""

from __future__ import annotations

import streamlit as st

from errors import N_
from queries.columns import TITLES
from ui.map.workbench import workbench
from ui.posts.entrance_forms import entrance_acts
from ui.posts.pass_desk import gate_desk, pass_desk
from ui.posts.place_forms import withdrawn_list
from ui.posts.roster import roster, uncovered
from ui.posts.staffing import overdue_seals
from ui.shell.acts import notice
from ui.shell.frame import frame
from ui.shell.layer_columns import listed
from ui.shell.listing import Column
from ui.shell.sections import sections
from ui.shell.timebar import follow, timebar
from ui.shell.wall import title
from ui.shell.words import _

COLUMNS = (
    Column("name", N_("Name")),
    Column("mode", TITLES["mode"], "term:mode"),
    Column("open_now", N_("Open at this hour"), "yes"),
    Column("on_duty", N_("People on duty"), "number"),
    Column("timetable", TITLES["timetable"]),
    Column("person", N_("On duty")),
    Column("phone", N_("Phone"), "phone"),
    Column("expires_at", TITLES["expires_at"], "moment"),
    Column("egress", TITLES["egress"], "term:egress"),
    Column("barrier", TITLES["barrier"], "term:barrier"),
    Column("patrol_minutes", TITLES["patrol_minutes"], "number"),
    Column("key_holder", TITLES["key_holder"]),
    *listed("entrances"),
    Column("ordered_by", TITLES["ordered_by"]),
    Column("reason", TITLES["reason"]),
    Column("since", N_("Since"), "moment"),
)

view = frame(N_("Entrances"))
with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="small"):
    title(view)
    timebar(view.at)
notice()
gates = workbench(view, "entrances", COLUMNS, choice=("mode", "modes"))
entrance_acts(view, gates)
sections(
    {
        "uncovered": (_("Hours nobody covers"), lambda: uncovered(view, "entrances")),
        "roster": (_("Roster"), lambda: roster(view, "entrances", gates)),
        "overdue": (_("Overdue seals"), overdue_seals),
        "passes": (_("Passes"), lambda: pass_desk(view)),
        "gate": (_("Gate log"), lambda: gate_desk(view, gates)),
        "withdrawn": (_("Withdrawn"), lambda: withdrawn_list(view, "entrances")),
    }
)
follow()
