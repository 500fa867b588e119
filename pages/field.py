"""Field work on a phone: my grid, the readings due and the doors to visit."""

from __future__ import annotations

import streamlit as st

from errors import N_
from ui.field.page import field_page
from ui.shell.frame import frame
from ui.shell.words import _

view = frame(N_("Field work"))
st.markdown(f"# {_('Field work')}")
field_page(view)
