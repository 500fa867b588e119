"""The columns of a layer that the registry has pages show: as fields of a form, as columns of a table, told on the map and in stories."""

from __future__ import annotations

from typing import Any

from queries.columns import Dtype
from queries.layers import LAYERS
from ui.shell.listing import Column
from ui.shell.record_form import Ask, fields

# How each type is asked for, and how it is listed.
_KINDS: dict[Dtype, tuple[str, str]] = {
    "text": ("text", "text"),
    "int": ("whole", "number"),
    "float": ("decimal", "decimal"),
    "bool": ("yes", "yes"),
}


def asked(act: str, layer: str) -> dict[str, Any]:
    """Draw the fields of what is said of a new feature besides what its form asks itself; return the values."""
    return fields(act, [Ask(column.name, column.title, _KINDS[column.dtype][0]) for column in LAYERS[layer].shown if not column.order])


def listed(layer: str) -> tuple[Column, ...]:
    """Return what the table of a layer lists besides what its page writes out."""
    return tuple(Column(column.name, column.title, _KINDS[column.dtype][1]) for column in LAYERS[layer].shown)
