"""When each void stands, computed once for each change. Planning that search anew took most of the time of nearly every statement."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

import duckdb
import pandas as pd

from queries.statements import query

Span = tuple[int, int]
FOREVER = 2**62


def tell_standing(connection: duckdb.DuckDBPyConnection) -> None:
    """Rebuild the session's table ``void_span``: the spans of knowledge in which each void stands.

    Call it when a session begins, and after committing voids.
    """
    rows = connection.execute(query("list_chained_voids").sql).fetchall()
    found = spans({event: (target, moment) for event, target, moment in rows})
    flat = [(event, start, None if end == FOREVER else end) for event, own in found.items() for start, end in own]
    columns = {"event_id": "str", "known_from": "Int64", "known_until": "Int64"}
    connection.register("chained", pd.DataFrame(flat, columns=list(columns)).astype(columns))
    connection.execute(query("set_void_span").sql)
    connection.unregister("chained")


def spans(voids: Mapping[str, tuple[str, int]]) -> dict[str, list[Span]]:
    """Return from when to when each void stands: from its record on, except while a void of it stands.

    Parameters
    ----------
    voids
        Event id -> what it voids and when it was recorded, in microseconds; all that void or are voided by one another.

    Returns
    -------
    dict
        Voids of one another in a circle, which nobody can enter, stand never and are left out.

    Examples
    --------
    >>> spans({"undo": ("order", 10), "redo": ("undo", 20), "again": ("redo", 30)}) == {
    ...     "again": [(30, FOREVER)], "redo": [(20, 30)], "undo": [(10, 20), (30, FOREVER)]
    ... }
    True
    """
    waiting = Counter(target for target, _ in voids.values() if target in voids)
    voided: dict[str, list[Span]] = defaultdict(list)
    ready = [event for event in voids if not waiting[event]]
    found: dict[str, list[Span]] = {}
    while ready:
        event = ready.pop()
        target, moment = voids[event]
        found[event] = _without(moment, voided[event])
        voided[target] += found[event]
        waiting[target] -= 1
        if target in voids and not waiting[target]:
            ready.append(target)
    return found


def _without(start: int, taken: list[Span]) -> list[Span]:
    """Return what is left of the time from ``start`` on."""
    left, at = [], start
    for begins, ends in sorted(taken):
        if begins > at:
            left.append((at, begins))
        at = max(at, ends)
    return [*left, (at, FOREVER)] if at < FOREVER else left
