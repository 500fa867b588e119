"""The command map: what stands where at a moment, what changed, and what nobody covers."""

from __future__ import annotations

from errors import mark
from ui.frame import frame

view = frame(mark("Command map"), ":material/map:")
