"""The sheet that the sections write on: sentences with numbers in them, each number with an id of its own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from string import Formatter

from briefing.indicators import INDICATORS
from briefing.model import ID, Number, Paragraph, Run
from briefing.view import View
from errors import mark
from words import LOCALES, Counted

# Text lists so many of a kind; the tables list all.
SHOWN = 5
Part = Run | Sequence[Run]
_TIDY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
COMMA, SEMICOLON = mark(", "), mark("; ")


def number_id(query: str, of: str | None = None) -> str:
    """Return the bookmark of a number: what is counted and, where there are many, of which, in at most 40 characters.

    >>> number_id("isolation.observing"), number_id("doors.due_in", "qh-c01-g1")
    ('isolation_observing', 'doors_due_in__qh_c01_g1')
    """
    base = query.replace(".", "_")
    if of is None:
        return base
    # What cannot be a bookmark, or would be cut, is told by its digest, so that two of a kind never share one.
    slug = of.replace("-", "_") if _TIDY.fullmatch(of) else ""
    named = f"{base}__{slug}"
    return named if slug and ID.fullmatch(named) else f"{base[:28]}__{hashlib.sha256(of.encode()).hexdigest()[:10]}"


@dataclass
class Page:
    """One part of a briefing while it is written: its view, the ids that are taken, and which part it is."""

    view: View
    section: str
    taken: set[str] = field(default_factory=set)

    def _(self, message: str) -> str:
        return self.view.translate(message)

    # Numbers

    def number(self, query: str, of: str | None = None, *, name: str = "") -> Number:
        """Return a number with the answer of its indicator; ``name`` says in the label of which it is."""
        found = INDICATORS[query]
        figure = found.figure(self.view, of)
        value, coverage = figure.value, figure.coverage
        return Number(
            id=self._free(number_id(query, of)),
            label=self._(mark("{label} ({name})")).format(label=self._(found.label), name=name) if name else self._(found.label),
            value=value,
            text=found.text(value, self.view.translate),
            query=query,
            section=self.section,
            of=of,
            asked=None if coverage is None else coverage.asked,
            total=None if coverage is None else coverage.total,
        )

    def numbers(self, **queries: str) -> dict[str, Number]:
        """Return several numbers by the name under which a sentence uses them."""
        return {name: self.number(query) for name, query in queries.items()}

    def _free(self, found: str) -> str:
        """Return an id that is not taken: a number that is told in two parts has two bookmarks."""
        if found in self.taken:
            found = f"{found[: 39 - len(self.section)]}_{self.section}"
        if found in self.taken:
            raise ValueError(f"{found} is told twice in one part")
        self.taken.add(found)
        return found

    # Text

    def sentence(self, paragraph: str, what: str, template: str, **parts: Part) -> Paragraph:
        """Return a paragraph from a translated template; where nothing backs any of its numbers it says so in a word.

        Parameters
        ----------
        paragraph
            Its id.
        what
            What it is about, in the reader's language: it stands alone where no number is known.
        template
            In the reader's language, with a placeholder for each part.
        parts
            Text, a number, or runs of both.
        """
        known = [run for run in chain.from_iterable(map(_runs, parts.values())) if isinstance(run, Number)]
        if known and all(number.value is None for number in known):
            return Paragraph(paragraph, self.short(what, known[0]))
        return Paragraph(paragraph, filled(template, parts))

    def item(self, paragraph: str, what: str, template: str, **parts: Part) -> Paragraph:
        """Return a sentence that is one of a list."""
        return replace(self.sentence(paragraph, what, template, **parts), kind="item")

    def short(self, what: str, number: Number) -> tuple[Run, ...]:
        """Return the shortest line there is: what, and how many."""
        return filled(self._(mark("{what}: {number}.")), {"what": what, "number": number})

    def heading(self, paragraph: str, title: str) -> Paragraph:
        """Return a heading of the second order; whoever puts the part together numbers it."""
        return Paragraph(paragraph, (title,), "heading")

    def listed(self, names: Iterable[str], *, most: int = SHOWN) -> str:
        """Return names in a row, the first ones where there are many."""
        whole = list(names)
        row = self._(COMMA).join(whole[:most])
        return self._(mark("{names} and others")).format(names=row) if len(whole) > most else row

    def joined(self, parts: Iterable[Sequence[Run]], *, between: str = SEMICOLON) -> list[Run]:
        """Return several groups of runs in a row."""
        return [run for n, part in enumerate(parts) for run in ((self._(between), *part) if n else part)]

    # Time

    def day(self, moment: datetime) -> str:
        """Return the day of a moment: 2月12日."""
        return LOCALES[self.view.lang].dated(moment.astimezone(self.view.store.time_zone), "month_day")

    def clock(self, moment: datetime) -> str:
        """Return the day and the hour: 2月12日18:00; the end of a day is told as its 24:00 would be, as the next day's 00:00."""
        local = moment.astimezone(self.view.store.time_zone)
        return f"{self.day(moment)}{LOCALES[self.view.lang].between}{local:%H:%M}"


def filled(template: str, parts: dict[str, Part]) -> tuple[Run, ...]:
    """Return the runs of a template: its text, and the parts in their places; neighbouring text is one run.

    A sentence that counts takes its form from the number as it is printed.

    >>> filled("{a} of {b}", {"a": "one", "b": ["two ", "three"]})
    ('one of two three',)
    """
    if isinstance(template, Counted):
        template = template.form(_printed(parts.get(template.counts, "")))
    found: list[Run] = []
    for text, name, _, _ in Formatter().parse(template):
        for run in (text, *(_runs(parts[name]) if name else ())):
            if isinstance(run, str) and found and isinstance(found[-1], str):
                found[-1] += run
            elif run != "":
                found.append(run)
    return tuple(found)


def _runs(part: Part) -> Sequence[Run]:
    return part if isinstance(part, Sequence) and not isinstance(part, str) else (part,)


def _printed(part: Part) -> str:
    return "".join(run if isinstance(run, str) else run.text for run in _runs(part))
