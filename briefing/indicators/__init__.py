"""The indicators: every number that a briefing can print, by name."""

from __future__ import annotations

from datetime import datetime

from briefing.indicators import asked, people, posts, roads, since, upkeep
from briefing.indicators.base import Form, Indicator, Value
from briefing.view import View
from errors import NotFound
from ledgers.evidence import Figure
from queries.store import Store, Viewer

__all__ = ["INDICATORS", "Form", "Indicator", "Value", "answer", "ask", "figure"]

INDICATORS: dict[str, Indicator] = {
    found.name: found
    for found in (
        *people.INDICATORS,
        *posts.INDICATORS,
        *roads.INDICATORS,
        *upkeep.INDICATORS,
        *since.INDICATORS,
        *asked.INDICATORS,
    )
}


def ask(view: View, query: str, of: str | None = None) -> Value:
    """Return what an indicator answers for a view; None is not known."""
    return figure(view, query, of).value


def figure(view: View, query: str, of: str | None = None) -> Figure:
    """Return what an indicator answers for a view, with its coverage."""
    return INDICATORS[query].figure(view, of)


def answer(
    store: Store,
    viewer: Viewer,
    query: str,
    *,
    area: str,
    at: datetime | str,
    of: str | None = None,
    known_at: datetime | str | None = None,
) -> Value:
    """Run an indicator again and return its answer; None is not known.

    Parameters
    ----------
    query
        Its name, a key of ``INDICATORS``.
    area, at
        Of which area and moment: those of a briefing and its cut-off give the number that it prints.
    of
        Of which, where there are many (``Number.of``).
    known_at
        As known when; as known at ``at`` itself unless given, which is how a briefing asks.

    Raises
    ------
    NotFound
        When there is no such indicator, or no such area in view.
    """
    if query not in INDICATORS:
        raise NotFound("There is no figure {query}; there are: {names}.", query=repr(query), names=", ".join(sorted(INDICATORS)))
    moment = store.moment(at)
    view = View(store, viewer, at=moment, known_at=moment if known_at is None else store.moment(known_at), area=area)
    store.scope(viewer, area, at=view.at, known_at=view.known_at)
    return ask(view, query, of)
