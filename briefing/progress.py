"""How far a long piece of work is: told to whoever waits."""

from __future__ import annotations

from collections.abc import Callable

# Told the share of the work that is done, 0 to 1, and what is being done now (an untranslated message).
Progress = Callable[[float, str], None]


def silent(share: float, message: str) -> None:
    """Tell nobody."""
