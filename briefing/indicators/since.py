"""Indicators of what has changed since the briefing before: those numbers that an order is given for."""

from __future__ import annotations

from dataclasses import replace

from briefing import facts
from briefing.indicators import asked, people, posts, roads
from briefing.indicators.base import Indicator, Value
from briefing.view import View
from errors import N_

LABELS = {
    "isolation.observing": N_("change since the last briefing: people under observation"),
    "readings.alarms": N_("change since the last briefing: people with a fever or a symptom"),
    "checkpoints.unstaffed": N_("change since the last briefing: checkpoints with nobody on duty"),
    "reports.missing": N_("change since the last briefing: units that have not reported"),
    "entrances.overdue": N_("change since the last briefing: overdue seals"),
    "roads.exposed": N_("change since the last briefing: exposed settlements"),
}


def _since(indicator: Indicator) -> Indicator:
    """Return how much another indicator has changed; not known where it was or is not."""

    def ask(view: View, of: str | None) -> Value:
        now, was = indicator.figure(view).value, indicator.figure(facts.previous(view)).value
        return None if now is None or was is None else now - was

    return replace(indicator, name=f"change.{indicator.name}", label=LABELS[indicator.name], ask=ask, form="change", covers=None)


_ALL = {found.name: found for found in (*people.INDICATORS, *posts.INDICATORS, *roads.INDICATORS, *asked.INDICATORS)}
INDICATORS = tuple(_since(_ALL[name]) for name in LABELS)
