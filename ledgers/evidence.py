"""Evidence: a figure knows its value, of how many it was asked, and of how many there are; only then can it be calm.

The one place that decides whether a zero is an all-clear. Silence is none: a zero of which nobody was asked is not known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Coverage:
    """Of how many a question was ``asked``, of the ``total`` of which it is to be asked; total None: nobody knows how many there are.

    Nothing to ask of (0 of 0) is whole: it is for whoever counts to say whether that is known, or nothing was ever listed (no coverage).
    """

    asked: int
    total: int | None

    @property
    def whole(self) -> bool:
        """Tell whether it was asked of all."""
        return self.total is not None and self.asked >= self.total

    @property
    def unasked(self) -> int | None:
        """Return of how many it was not asked; None where nobody knows."""
        return None if self.total is None else max(self.total - self.asked, 0)


@dataclass(frozen=True)
class Figure:
    """A number that says whether there is a problem; ``coverage`` None: nothing shows that the question was asked.

    >>> Figure.of(0, Coverage(12, 12)).calm, Figure.of(0, Coverage(5, 12)).calm, Figure.of(0, None).calm
    (True, False, False)
    >>> Figure.of(0, Coverage(0, 12)).value, Figure.of(3, Coverage(0, 12)).value, Figure.of(0, Coverage(0, 0)).value
    (None, 3, 0)
    """

    value: int | float | None
    coverage: Coverage | None

    @classmethod
    def of(cls, value: int | float | None, coverage: Coverage | None) -> Figure:
        """Return a figure; a zero for which nobody was asked becomes not known."""
        silent = coverage is None or (coverage.asked == 0 and coverage.total != 0)
        return cls(None if value == 0 and silent else value, coverage)

    @property
    def known(self) -> bool:
        """Tell whether there is a value at all."""
        return self.value is not None

    @property
    def whole(self) -> bool:
        """Tell whether it was asked of all."""
        return self.known and self.coverage is not None and self.coverage.whole

    @property
    def calm(self) -> bool:
        """Tell whether it is an all-clear: zero, and asked of all."""
        return self.value == 0 and self.whole

    @property
    def partial(self) -> bool:
        """Tell whether there is a value, but not of all."""
        return self.known and self.coverage is not None and not self.coverage.whole

    @property
    def look(self) -> str:
        """Return how it is to look: ``problem``, ``calm``, or ``unknown``."""
        return "problem" if self.value else "calm" if self.calm else "unknown"


def all_clear(figures: Iterable[Figure]) -> bool:
    """Tell whether every figure is calm, and there is one."""
    found = list(figures)
    return bool(found) and all(figure.calm for figure in found)
