"""Data: what is in the workspace, what comes in, what goes out."""

from __future__ import annotations

import streamlit as st

from errors import N_
from ui.data.contents import contents
from ui.data.exports import backups, exports
from ui.data.forms import forms
from ui.data.imports import import_list, past_imports
from ui.data.roads import import_roads
from ui.shell import keys
from ui.shell.acts import notice
from ui.shell.frame import frame
from ui.shell.words import _

SECTIONS = {
    "contents": (N_("In this workspace"), contents),
    "list": (N_("Import a list"), import_list),
    "roads": (N_("Import roads"), import_roads),
    "past": (N_("Past imports"), past_imports),
    "export": (N_("Export"), exports),
    "forms": (N_("Forms to fill"), forms),
    "backup": (N_("Backup"), backups),
}

view = frame(N_("Data"), needs_data=False)
with st.container(horizontal=True, key=keys.TITLE):
    st.markdown(f"# {_('Data')}")
notice()
chosen = st.segmented_control(
    _("Section"),
    list(SECTIONS),
    format_func=lambda name: _(SECTIONS[name][0]),
    default="contents",
    required=True,
    key=keys.DATA_SECTION,
    label_visibility="collapsed",
)
SECTIONS[chosen][1](view)
