"""Shares of a whole, one way for pages and paper: cut off after a tenth of a percent, so that 100 % is said of nothing less."""

from __future__ import annotations


def share(part: int, whole: int) -> float:
    """Return how many of a hundred, down to a tenth; ``whole`` is not 0.

    >>> share(1068, 1079), share(2499, 2500), share(66, 100), share(5, 5)
    (98.9, 99.9, 66.0, 100.0)
    """
    return 1000 * part // whole / 10


def percent(value: float) -> str:
    """Return a share as printed.

    >>> percent(98.9), percent(100.0)
    ('98.9%', '100%')
    """
    return f"{value:.1f}".removesuffix(".0") + "%"
