"""Risk areas: level, reason, and the day it changes if nothing new happens."""

from __future__ import annotations

from errors import mark
from ui.frame import frame

view = frame(mark("Risk areas"))
