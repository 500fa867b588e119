"""Checkpoints: where they are, who stands there, what nobody covers, and the crossings without a post."""

from __future__ import annotations

import streamlit as st

from errors import N_
from queries.columns import TITLES
from ui.map.workbench import workbench
from ui.posts.checkpoint_forms import checkpoint_acts, stood_down_list
from ui.posts.place_forms import withdrawn_list
from ui.posts.roster import roster, uncovered
from ui.posts.staffing import beyond_border, crossing_list, staff_totals
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
    Column("kind", TITLES["kind"], "term:kind"),
    Column("post_class", TITLES["post_class"], "term:post_class"),
    Column("on_duty", N_("People on duty"), "number"),
    Column("staff_required", TITLES["staff_required"], "number"),
    Column("person", N_("On duty")),
    Column("phone", N_("Phone"), "phone"),
    Column("barrier", TITLES["barrier"], "term:barrier"),
    Column("patrol_minutes", TITLES["patrol_minutes"], "number"),
    Column("sign_in_kept", N_("Sign-ins kept"), "yes"),
    *listed("checkpoints"),
    Column("ordered_by", TITLES["ordered_by"]),
    Column("reason", TITLES["reason"]),
    Column("since", N_("Since"), "moment"),
)

view = frame(N_("Checkpoints"))
with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="small"):
    title(view)
    timebar(view.at)
notice()
beyond_border()
posts = workbench(view, "checkpoints", COLUMNS, choice=("kind", "kinds"), beside=("crossings",))
checkpoint_acts(view, posts)
sections(
    {
        "roster": (_("Roster"), lambda: roster(view, "checkpoints", posts)),
        "uncovered": (_("Hours nobody covers"), lambda: uncovered(view, "checkpoints")),
        "staff": (_("Staff"), lambda: staff_totals(view)),
        "crossings": (_("Crossings"), crossing_list),
        "stood_down": (_("Stood down"), lambda: stood_down_list(view)),
        "withdrawn": (_("Withdrawn"), lambda: withdrawn_list(view, "checkpoints")),
    }
)
follow()
