"""Lists from several sources: matched, sure ones merged, doubtful ones decided by a person."""

from __future__ import annotations

from functools import partial

import streamlit as st

from errors import mark
from ui.lists.pairs import decisions, doubtful
from ui.lists.sections import overlaps, persons, take_in_button, take_in_form
from ui.lists.view import list_figures, merged
from ui.shell.acts import notice
from ui.shell.frame import frame
from ui.shell.sections import sections
from ui.shell.timebar import follow, timebar
from ui.shell.wall import title
from ui.shell.words import _

view = frame(mark("Matching lists"))
with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="small"):
    title(view)
    timebar(view.at)
notice()
found = merged(view)
if found:
    list_figures(found)
    take_in_button()
    take_in_form(view)
    sections(
        {
            "overlaps": (_("Totals and overlaps"), partial(overlaps, view, found)),
            "doubtful": (_("To be decided"), partial(doubtful, view, found)),
            "persons": (_("Persons"), partial(persons, view, found)),
            "decisions": (_("Decisions"), partial(decisions, view, found)),
        }
    )
follow()
