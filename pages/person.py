"""One person, one file: everything known, when, and from whom."""

from __future__ import annotations

from errors import mark
from ui.frame import frame

view = frame(mark("Person file"))
