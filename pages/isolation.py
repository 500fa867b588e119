"""Isolation: who is observed, what is due, missed and alarming, who is to be released."""

from __future__ import annotations

from errors import mark
from ui.frame import frame

view = frame(mark("Isolation"))
