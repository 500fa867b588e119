"""Field work on a phone: my grid, the readings due and the doors to visit."""

from __future__ import annotations

import streamlit as st

from errors import mark
from ui.field.page import field_page
from ui.shell.frame import frame
from ui.shell.words import _

view = frame(mark("Field work"))
st.markdown(f"# {_('Field work')}")
field_page(view)
