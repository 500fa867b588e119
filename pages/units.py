"""Units and environment: businesses, disinfection, tips, supplies, outreach, measures, findings."""

from __future__ import annotations

from errors import mark
from ui.frame import frame

view = frame(mark("Units and environment"))
