"""Screening: progress by grid, building and team, doors to visit again, households never reached."""

from __future__ import annotations

from errors import mark
from ui.frame import frame

view = frame(mark("Screening"))
