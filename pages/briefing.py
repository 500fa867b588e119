"""Briefing: the report that writes itself, as it will be printed; rewritten, issued, taken away, with the maps that go with it."""

from __future__ import annotations

import streamlit as st

from errors import N_
from ui.briefing.number import number_dialog
from ui.briefing.preview import downloads, pages
from ui.briefing.sections import changes, later_table, map_pack, numbers_table, own_template, past
from ui.briefing.text import text
from ui.briefing.view import asked, controls, made, tiles
from ui.shell.acts import notice
from ui.shell.frame import frame
from ui.shell.sections import sections
from ui.shell.timebar import follow, timebar
from ui.shell.wall import title
from ui.shell.words import _

view = frame(N_("Briefing"))
with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="small"):
    title(view)
    timebar(view.at)
notice()
question = asked(view)
found = None
if question:
    controls(view)
    found = made(view, question)
parts = {
    "past": (_("Past briefings"), lambda: past(view)),
    "pack": (_("Map pack"), lambda: map_pack(view)),
    "template": (_("Word template"), lambda: own_template(view)),
}
if found:
    tiles(found)
    downloads(view, found)
    page_side, text_side = st.columns([1.15, 1], gap="small")
    with page_side:
        pages(view, found.whole, found.chosen.maps, name="now")
    with text_side:
        text(view, found)
    number_dialog(view, found)
    of_this = {
        "numbers": (_("Numbers"), lambda: numbers_table(found)),
        "changes": (_("Changes"), lambda: changes(view, found)),
        "later": (_("Learned later"), lambda: later_table(found)),
    }
    parts = of_this | parts
sections(parts)
follow()
