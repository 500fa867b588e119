"""Daily report: the table of every unit at the cut-off, who has not reported, confirming and correcting."""

from __future__ import annotations

import streamlit as st

from errors import N_
from ui.reports.detail import days_before, opened
from ui.reports.forms import report_dialogs
from ui.reports.table import beside, report_table
from ui.reports.view import chosen_date, chosen_unit, date_controls, differences, heading, tiles
from ui.shell import cache
from ui.shell.acts import notice
from ui.shell.frame import frame
from ui.shell.timebar import follow
from ui.shell.wall import title

view = frame(N_("Daily report"))
day = chosen_date(view)
with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="small"):
    title(view)
    date_controls(view, day)
notice()
found = cache.daily_report(day)
heading(found)
tiles(found)
differences(found)
table_side, unit_side = st.columns([3.2, 1], gap="small")
with table_side:
    report_table(found)
    opened(found)
with unit_side:
    beside(found)
    days_before(day)
report_dialogs(view, found, chosen_unit(found))
follow()
