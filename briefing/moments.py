"""Which moment a briefing speaks of: the last cut-off of the evening (18:00) or of the morning (08:00), both dated settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from briefing.model import Edition
from ledgers.reports.report_figures import BRIEFING_MORNING, cutoff_of
from queries.store import Store

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Issue:
    """A briefing to be: its cut-off, and that of the briefing before (``previous``)."""

    edition: Edition
    cutoff: datetime
    previous: datetime


def issue_at(store: Store, at: datetime | str | None = None) -> Issue:
    """Return the briefing that is the latest at a moment: its cut-off is the last one not after it.

    Raises
    ------
    InputError
        When the moment is none.
    """
    moment = store.moment(at)
    today = moment.date()
    editions: dict[datetime, Edition] = {}
    for day in (today - 2 * DAY, today - DAY, today):
        morning = cutoff_of(store, day, str(BRIEFING_MORNING.on(store, day)))
        # Where both are at the same hour there is one briefing a day, that of the evening.
        editions |= {morning: "morning", cutoff_of(store, day): "evening"}
    previous, cutoff = sorted(found for found in editions if found <= moment)[-2:]
    return Issue(editions[cutoff], cutoff, previous)
