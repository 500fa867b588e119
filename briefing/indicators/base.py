"""What an indicator is: a number with a name, what it counts, where it comes from, and how it is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from briefing.model import UNKNOWN
from briefing.view import View
from ledgers.evidence import Coverage, Figure
from ledgers.shares import percent
from words import Translate

Value = int | float | None
Form = Literal["count", "share", "amount", "measure", "change"]


@dataclass(frozen=True)
class Indicator:
    """A named question with a number for its answer.

    Attributes
    ----------
    name
        Its name in every document: the subject, a dot, what of it.
    label
        What it counts, in English.
    unit
        What is counted, in English.
    sources
        Where it comes from: names of the statements in ``queries/``, and of the methods that do what no statement can.
    ask
        Answers for a view; the second argument says of which, where there are many (``of``). None is not known.
    of
        What ``of`` names: an area, a category, an item with its measure, a feature; empty where there is only one.
    form
        How it is printed: a whole number, a percentage (the value is of 100), an amount with at most one decimal, a measure with at
        most two, or a change in whole numbers with its sign.
    covers
        Of how many the question was asked, for a number whose zero could be taken for an all-clear; without it no zero is one.
    """

    name: str
    label: str
    unit: str
    sources: tuple[str, ...]
    ask: Callable[[View, str | None], Value]
    of: str = ""
    form: Form = "count"
    covers: Callable[[View, str | None], Coverage | None] | None = None

    def figure(self, view: View, of: str | None = None) -> Figure:
        """Return the answer for a view with its coverage: a zero of which nobody was asked is not known (``ledgers.evidence``)."""
        value = self.ask(view, of)
        if self.covers is None:
            return Figure(value, None)
        return Figure.of(value, None if value is None else self.covers(view, of))

    def text(self, value: Value, translate: Translate) -> str:
        """Return a value as it is printed.

        >>> Indicator("x.y", "", "", (), lambda view, of: 0).text(12345, str)
        '12,345'
        >>> Indicator("x.y", "", "", (), lambda view, of: 0, form="share").text(98.8, str)
        '98.8%'
        """
        if value is None:
            return translate(UNKNOWN)
        if self.form == "count":
            return f"{value:,.0f}"
        if self.form == "change":
            return f"{value:+,.0f}"
        if self.form == "measure":
            return f"{value:,.2f}".rstrip("0").rstrip(".")
        return percent(value) if self.form == "share" else f"{value:,.1f}".removesuffix(".0")


def whole(value: Any) -> int | None:
    """Return a count as a plain number; a missing one is not known."""
    return None if value is None or pd.isna(value) else int(value)


def amount(value: Any) -> float | None:
    """Return a quantity as a plain number; a missing one is not known."""
    return None if value is None or pd.isna(value) else round(float(value), 6)
