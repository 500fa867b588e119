"""One field of a file: what its headings are, and how its cells are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "text",
    "int",
    "bool",
    "enum",
    "timetable",
    "moment",
    "number",
    "wkt",
    "area",
    "parent",
    "compound",
    "code",
    "day",
    "birthday",
    "time",
    "temperature",
    "symptoms",
    "people",
    "id_number",
    "phone",
    "door",
    "quantity",
    "id",
]


@dataclass(frozen=True)
class Field:
    """One field: its headings, the first Chinese one being the label, and how its cells are read.

    ``state`` fields become an event of their own; the others describe the feature. ``values`` maps an enum's value to the texts read
    as it, ``fallback`` is what any other text means (none: it is rejected).
    """

    name: str
    kind: Kind
    headings: tuple[str, ...]
    state: bool = False
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fallback: str | None = None

    @property
    def label(self) -> str:
        """Return the Chinese heading."""
        return self.headings[0]
