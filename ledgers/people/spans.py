"""Spans: from when until when somebody is isolated, or counts as a case. Nobody has two of a kind at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any, NamedTuple


@dataclass(frozen=True)
class Span:
    """One isolation, or one case, of a person: its id, and from when until when (None: it stands)."""

    subject: str
    person: str
    start: datetime
    end: datetime | None

    def overlaps(self, other: Span) -> bool:
        """Tell whether both lie at one moment; who ends as the other begins does not."""
        return (other.end is None or self.start < other.end) and (self.end is None or other.start < self.end)


class Clash(NamedTuple):
    """Two spans of one person that overlap: the one that changed, and the other."""

    changed: Span
    other: Span


def spans(events: Iterable[Mapping[Any, Any]]) -> list[Span]:
    """Return the span of each subject: from the earlier of its first event and the start it has last, until it ended.

    ``events`` have ``subject_id, person_id, open, started_at, since``; of each subject they come in the order in which they count.
    """
    whole: dict[str, list[Mapping[Any, Any]]] = {}
    for event in events:
        whole.setdefault(event["subject_id"], []).append(event)
    return [
        Span(
            subject,
            own[-1]["person_id"],
            min(own[0]["since"], own[-1]["started_at"]),
            None if own[-1]["open"] else own[-1]["since"],
        )
        for subject, own in whole.items()
    ]


def clash(before: Iterable[Span], after: Iterable[Span]) -> Clash | None:
    """Return two spans of one person that would overlap and did not before, None where there are none.

    What overlapped already is left alone: it could not be put right otherwise.
    """
    stood = set(before)
    overlapping = {frozenset((a.subject, b.subject)) for a, b in _pairs(stood)}
    for one, other in _pairs(after):
        if frozenset((one.subject, other.subject)) not in overlapping:
            return Clash(one, other) if other in stood else Clash(other, one)
    return None


def _pairs(of: Iterable[Span]) -> list[tuple[Span, Span]]:
    own: dict[str, list[Span]] = {}
    for span in of:
        own.setdefault(span.person, []).append(span)
    return [(a, b) for several in own.values() for a, b in combinations(several, 2) if a.overlaps(b)]
