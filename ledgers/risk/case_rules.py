"""The rule of cases: a person is a confirmed case once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from errors import InputError
from ledgers.people.spans import clash, spans


def check_one_case(before: Iterable[Mapping[Any, Any]], after: Iterable[Mapping[Any, Any]]) -> None:
    """Raise InputError when events would make a person two confirmed cases at once; both are the events of ``spans.spans``."""
    found = clash(spans(before), spans(after))
    if found is None:
        return
    if found.other.end is None:
        raise InputError("This person is a confirmed case already; withdraw that case first if it was wrong.")
    raise InputError(
        "This person was a confirmed case until {end}; enter what is new from then on, or undo what ended it.",
        end=f"{found.other.end:%Y-%m-%d %H:%M}",
    )
