"""Risk levels counted from raw events: the guidance of 17 February 2020, on cases counted in their area and in all above it."""

from __future__ import annotations

from datetime import date

from tests.audit.raw import Raw, Row


def cases_of(raw: Raw, area: str, at: int, known: int) -> list[tuple[date, bool]]:
    """Return the day of each case in an area or under it, and whether it belongs to a cluster."""
    inside, last = raw.under(area, at, known), dict[str, Row]()
    for row in raw.events("case_event", at, known):
        last[row["case_id"]] = row
    return [
        (raw.local(row["effective_at"]).date(), bool(row["cluster"]))
        for row in last.values()
        if row["status"] == "confirmed" and row["area_id"] in inside
    ]


def by_rule(cases: list[tuple[date, bool]], day: date) -> str:
    """Return the level of an area on a day by the guidance."""
    known = [(when, cluster) for when, cluster in cases if when <= day]
    new = [(when, cluster) for when, cluster in known if (day - when).days <= 13]
    if not new:
        return "low"
    return "high" if len(known) > 50 and any(cluster for _, cluster in new) else "medium"


def ordered(orders: list[Row], area: str, moment: int) -> str | None:
    """Return the level ordered for an area that holds at a moment; None where the rule does."""
    begun = [row for row in orders if row["area_id"] == area and row["effective_at"] <= moment]
    if not begun or begun[-1]["level"] is None or (begun[-1]["until"] is not None and begun[-1]["until"] <= moment):
        return None
    return str(begun[-1]["level"])


def level_of(raw: Raw, area: str, at: int, known: int) -> str:
    """Return the level in force of an area at a moment, as known at another."""
    found = ordered(raw.events("risk_order", at, known), area, at)
    return found or by_rule(cases_of(raw, area, at, known), raw.local(at).date())
