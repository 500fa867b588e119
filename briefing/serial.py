"""A briefing as JSON and back, by the types of its own fields: what went out is kept whole and can be drawn again."""

from __future__ import annotations

import json
from dataclasses import MISSING, asdict, fields, is_dataclass
from datetime import datetime
from types import UnionType
from typing import Any, cast, get_args, get_origin, get_type_hints

from briefing.model import Briefing


def to_json(briefing: Briefing) -> str:
    """Return a briefing as JSON. Moments keep their offset."""
    return json.dumps(asdict(briefing), ensure_ascii=False, separators=(",", ":"), default=_plain)


def from_json(text: str) -> Briefing:
    """Return the briefing that :func:`to_json` wrote; fields that it did not know yet have their defaults."""
    return cast(Briefing, _of(Briefing, json.loads(text)))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value.item()  # a figure of NumPy's


def _of(kind: Any, value: Any) -> Any:
    if get_origin(kind) is UnionType:
        return _of(_fitting(kind, value), value)
    if get_origin(kind) is tuple:
        return tuple(_of(get_args(kind)[0], item) for item in value)
    if kind is datetime:
        return datetime.fromisoformat(value)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return cast(Any, kind)(**{f.name: _of(hints[f.name], value[f.name]) for f in fields(kind) if f.name in value})
    return value


def _fitting(kind: Any, value: Any) -> Any:
    """Return of several types the one whose fields the value has: a number has an id, one written by hand has none."""
    if not isinstance(value, dict):
        return None
    classes = [choice for choice in get_args(kind) if is_dataclass(choice)]
    return next(c for c in classes if {f.name for f in fields(c) if f.default is MISSING} <= value.keys())
