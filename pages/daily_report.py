"""Daily report: the table of every unit at the cut-off, who has not reported, confirming and correcting."""

from __future__ import annotations

from errors import mark
from ui.frame import frame

view = frame(mark("Daily report"))
