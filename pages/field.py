"""Field work on a phone: my grid, the readings due and the doors to visit."""

from __future__ import annotations

from errors import mark
from ui.frame import frame

view = frame(mark("Field work"))
