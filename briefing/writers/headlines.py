"""The few numbers that stand large: which of a briefing they are, and what has become of each since the briefing before."""

from __future__ import annotations

from dataclasses import dataclass

from briefing.model import UNKNOWN, Briefing, Number
from briefing.writers.appendix import rows
from briefing.writers.text import clean
from ledgers.evidence import Coverage
from words import translator

MOST = 8
# By name of their indicators, those first that are shown rather than others.
QUERIES = (
    "entrances.total",
    "entrances.sealed",
    "checkpoints.total",
    "checkpoints.unstaffed",
    "roads.exposed",
    "isolation.observing",
    "readings.missed",
    "reports.missing",
    "cases.confirmed",
    "screening.settled",
    "gaps.hours",
    "plan.posts",
)
# Any of these is one too many.
PROBLEMS = frozenset({"checkpoints.unstaffed", "roads.exposed", "readings.missed", "reports.missing", "gaps.hours"})


@dataclass(frozen=True)
class Headline:
    """A number as it stands large: what is printed, what it counts, what changed; ``alarming`` when it tells of a problem."""

    figure: Number
    text: str
    counts: str
    change: str
    alarming: bool


def headlines(briefing: Briefing) -> tuple[Headline, ...]:
    """Return at most eight numbers to show large: known ones of :data:`QUERIES`, else the first ones that are told."""
    known = [number for number in briefing.numbers if number.value is not None and number.of is None]
    by_query = {number.query: number for number in reversed(known)}
    chosen = [by_query[query] for query in QUERIES if query in by_query]
    chosen += [number for number in known if number not in chosen and len(chosen) < MOST // 2]
    by_hand = {row.figure.id: row.by_hand for row in rows(briefing)}
    return tuple(_headline(briefing, number, by_hand[number.id]) for number in (chosen or briefing.numbers)[:MOST])


def _headline(briefing: Briefing, number: Number, by_hand: str | None) -> Headline:
    _ = translator(briefing.lang)
    change = change_of(briefing, number) if by_hand is None else _("by hand; the system says {value}").format(value=number.text)
    alarming = bool(number.value) and (number.query in PROBLEMS or number.section == "problems")
    counts = number.label
    if by_hand is None and number.figure.partial:
        template = _("{what}; not known of {unasked} of {total}")
        unasked, total = (
            _(UNKNOWN) if n is None else f"{n:,}" for n in ((number.figure.coverage or Coverage(0, None)).unasked, number.total)
        )
        counts = template.format(what=number.label, unasked=unasked, total=total)
    return Headline(number, clean(by_hand or number.text), clean(counts), clean(change), alarming)


def change_of(briefing: Briefing, number: Number) -> str:
    """Return in words how a number changed since the briefing before; empty where nothing is told of the numbers before."""
    _ = translator(briefing.lang)
    table = next((table for table in briefing.changes if table.id == "numbers"), None)
    if table is None:
        return ""
    before = next((str(row[1]) for row in table.rows if row[0] == number.label), None)
    if before is None:
        return _("as at the last briefing")
    was = _value(before)
    if was is None or number.value is None:
        return _("last briefing: {before}").format(before=before)
    return _("{change} (last briefing: {before})").format(change=f"{number.value - was:+,.10g}", before=before)


def _value(text: str) -> float | None:
    try:
        return float(text.replace(",", "").removesuffix("%"))
    except ValueError:
        return None
