"""Rules as data: what a record must be before it is written, the same by hand, from a phone and in a workbook of many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from errors import InputError


@dataclass(frozen=True)
class Rule:
    """One rule: the field that it is about, which rows break it, and what is said to one that does."""

    field: str
    broken: Callable[[pd.DataFrame], pd.Series]
    error: Callable[[Any], InputError]


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row, and the field that it is about."""

    field: str
    error: InputError


def faults(facts: pd.DataFrame, rules: Sequence[Rule]) -> dict[int, Fault]:
    """Return what is wrong with rows, by position: of each the first rule that it breaks; empty where all may be written.

    ``facts`` has the columns that the rules ask for.
    """
    numbered = facts.reset_index(drop=True)
    found: dict[int, Fault] = {}
    for rule in rules:
        broken = rule.broken(numbered).to_numpy(dtype=bool)
        if broken.any():
            wrong = numbered[broken & ~numbered.index.isin(list(found))]
            rows = zip(wrong.index.tolist(), wrong.itertuples(index=False), strict=True)
            found |= {position: Fault(rule.field, rule.error(row)) for position, row in rows}
    return dict(sorted(found.items()))


def whole_up_to(values: pd.Series, most: pd.Series) -> pd.Series:
    """Return which numbers are whole ones from 0 up to as many as ``most`` says."""
    return values.ge(0) & values.le(most) & (values % 1).eq(0)


def not_whole(what: str, most: float, value: float) -> InputError:
    """Return what is said of a number that is not whole, or not from 0 to ``most``."""
    return InputError(
        "{what} must be a whole number from {least} to {most}, not {value}.",
        what=what,
        least=0,
        most=int(most),
        value=int(value) if value % 1 == 0 else value,
    )
