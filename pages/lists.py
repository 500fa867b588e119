"""Lists from several sources: matched, sure ones merged, doubtful ones decided by a person."""

from __future__ import annotations

from errors import mark
from ui.frame import frame

view = frame(mark("Lists and duplicates"))
