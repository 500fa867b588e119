"""What a briefing is: sections of paragraphs in which every number is a query's answer at a cut-off. Plain data, drawn by the writers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from errors import N_
from ledgers.evidence import Coverage, Figure

UNKNOWN = N_("not known")  # printed where nothing backs a number: 不详
# Bookmarks of Word begin with a letter and have at most 40 characters.
ID = re.compile(r"[a-z][a-z0-9_]{0,39}")

Edition = Literal["morning", "evening"]
SECTIONS = ("situation", "measures", "problems", "advice")


@dataclass(frozen=True)
class Number:
    """A number of the report.

    Attributes
    ----------
    id
        Its bookmark: unique in the briefing, the same in every briefing (``ID``).
    label
        What it counts, in the reader's language.
    value
        None when nothing backs it.
    text
        Exactly as printed; 不详 for None.
    query
        The name of the indicator that answers it (``indicators.INDICATORS``); ``of`` says of which where there are many (an area, a post).
    section
        In which part it stands, one of ``SECTIONS``.
    asked, total
        Of how many it was asked, of how many there are (``ledgers.evidence.Coverage``); both None where nothing shows that it was asked.
    """

    id: str
    label: str
    value: int | float | None
    text: str
    query: str
    section: str
    of: str | None = None
    asked: int | None = None
    total: int | None = None

    @property
    def figure(self) -> Figure:
        """Return it with its coverage, which says whether it is calm."""
        return Figure(self.value, None if self.asked is None else Coverage(self.asked, self.total))

    def __post_init__(self) -> None:
        if not ID.fullmatch(self.id):
            raise ValueError(f"{self.id!r} cannot be a bookmark")


@dataclass(frozen=True)
class HandNumber:
    """A number that a person wrote: in place of one of the draft, or new (``instead_of`` is None)."""

    text: str
    instead_of: Number | None = None


Run = str | Number | HandNumber


@dataclass(frozen=True)
class Paragraph:
    """A paragraph or a heading of the second order.

    Attributes
    ----------
    id
        The same in every briefing, so that edits find it again.
    edited
        Whether a person has written it.
    removed
        The numbers of the draft that it had and has no more.
    """

    id: str
    runs: tuple[Run, ...]
    kind: Literal["text", "heading", "item"] = "text"
    edited: bool = False
    removed: tuple[Number, ...] = ()

    @property
    def text(self) -> str:
        """Return it as printed."""
        return "".join(run if isinstance(run, str) else run.text for run in self.runs)


@dataclass(frozen=True)
class Section:
    """One of the four parts: 一、防疫情况 二、采取措施 三、存在问题 四、下步建议."""

    id: str
    title: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True)
class Table:
    """A table behind the text: the cells are text or numbers, rows of equal length."""

    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | int | float | None, ...], ...]


@dataclass(frozen=True)
class Later:
    """What was learned after the cut-off of what a number counts: ``text`` is what is known now."""

    number: Number
    value: int | float | None
    text: str


@dataclass(frozen=True)
class Briefing:
    """A whole briefing of an area at a cut-off.

    Attributes
    ----------
    cutoff
        The moment it speaks of: what had happened by then, as known then.
    at
        The moment it was asked for; what was learned after the cut-off is ``later``.
    unit
        Who issues it, as printed under the title.
    demo
        Whether its data are the demo's, which is printed on every page.
    changes
        What changed since ``previous``, the cut-off of the briefing before: a table each of posts, entrances, blind spots, cases.
    """

    area: str
    area_name: str
    edition: Edition
    at: datetime
    cutoff: datetime
    previous: datetime
    lang: str
    title: str
    unit: str
    demo: bool
    sections: tuple[Section, ...]
    tables: tuple[Table, ...]
    changes: tuple[Table, ...]
    later: tuple[Later, ...]

    @property
    def numbers(self) -> tuple[Number, ...]:
        """Return the numbers as drafted, in the order in which they are read, each once; also those a person has overwritten."""
        found: dict[str, Number] = {}
        for run in self._runs():
            number = run.instead_of if isinstance(run, HandNumber) else run
            if isinstance(number, Number):
                found.setdefault(number.id, number)
        return tuple(found.values())

    @property
    def by_hand(self) -> dict[str, str]:
        """Return what a person wrote in place of numbers, by their ids; where that came twice, what stands first."""
        found: dict[str, str] = {}
        for run in self._runs():
            if isinstance(run, HandNumber) and run.instead_of:
                found.setdefault(run.instead_of.id, run.text)
        return found

    def _runs(self) -> Iterator[Run]:
        for section in self.sections:
            for paragraph in section.paragraphs:
                yield from paragraph.runs


def document(briefing: Briefing, files: list[str]) -> dict[str, Any]:
    """Return what ``brief --json`` prints.

    ``text`` is what is printed, inside the bookmark of that ``id``; where a person wrote another number, ``by_hand`` is true, and
    ``value`` stays what the query answers.
    """
    by_hand = briefing.by_hand
    return {
        "area": briefing.area,
        "at": briefing.at.isoformat(),
        "cutoff": briefing.cutoff.isoformat(),
        "edition": briefing.edition,
        "files": files,
        "numbers": [
            {"id": n.id, "label": n.label, "value": n.value, "text": by_hand.get(n.id, n.text), "query": n.query, "section": n.section}
            | ({"by_hand": True} if n.id in by_hand else {})
            for n in briefing.numbers
        ],
    }
