"""Duty rosters: who stands where from when to when, day after day, and which shifts nobody was found for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from data.demo.model import CLOCK, ROSTER_END
from data.demo.people import People, event_ids

# Hours at which the shifts of a day begin and end; an end beyond 24 lies on the next day.
POST_SHIFTS = ((0, 8), (8, 16), (16, 24))
GATE_SHIFTS = ((6, 14), (14, 22), (22, 30))
DAY_SHIFTS = ((6, 14), (14, 22))
SHIFT_COLUMNS = [
    "subject_layer",
    "subject_id",
    "person",
    "phone",
    "force",
    "starts_at",
    "ends_at",
    "effective_at",
    "recorded_at",
    "recorded_by",
]


@dataclass(frozen=True)
class Roster:
    """A subject's roster: its people take turns, ``together`` at a time, from ``start`` on."""

    layer: str
    subject: str
    people: People
    forces: Sequence[str]
    start: datetime
    hours: Sequence[tuple[int, int]] = POST_SHIFTS
    together: int = 2
    gaps: frozenset[tuple[str, int]] = frozenset()
    """Shifts nobody was found for: the date (``MM-DD``) and the hour at which they begin."""


def shifts(rosters: Sequence[Roster], rng: np.random.Generator, *, recorded_by: str) -> pd.DataFrame:
    """Return the ``duty_shift`` events of the rosters. A day's roster is recorded on the afternoon before, and never after the clock."""
    rows = []
    for roster in rosters:
        turn = int(rng.integers(len(roster.people)))
        midnight = roster.start.replace(hour=0, minute=0)
        while midnight < ROSTER_END:
            written = min(
                max(midnight - timedelta(hours=8) + timedelta(minutes=int(rng.integers(0, 90))), roster.start - timedelta(minutes=30)),
                CLOCK,
            )
            for begin, end in roster.hours:
                starts = midnight + timedelta(hours=begin)
                ends = midnight + timedelta(hours=end)
                if ends <= roster.start or (f"{midnight:%m-%d}", begin) in roster.gaps:
                    continue
                for _ in range(roster.together):
                    k = turn % len(roster.people)
                    turn += 1
                    force = roster.forces[k % len(roster.forces)]
                    person, phone = roster.people.name[k], roster.people.phone[k]
                    rows.append((roster.layer, roster.subject, person, phone, force, starts, ends, starts, written, recorded_by))
            midnight += timedelta(days=1)
    frame = pd.DataFrame(rows, columns=SHIFT_COLUMNS).sort_values(
        ["recorded_at", "starts_at", "subject_id"], kind="stable", ignore_index=True
    )
    return frame.assign(event_id=event_ids(frame["recorded_at"], rng))
