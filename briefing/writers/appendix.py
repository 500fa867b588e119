"""What stands behind the text: the numbered appendix of all numbers, and the text cut into what is plain, a number, or by hand."""

from __future__ import annotations

from dataclasses import dataclass

from briefing.indicators import INDICATORS
from briefing.model import Briefing, HandNumber, Number, Paragraph, Run, Section
from briefing.writers.text import clean, dated
from words import translator


@dataclass(frozen=True)
class Row:
    """A row of the appendix.

    Attributes
    ----------
    number
        From 1, in the order in which the numbers are read.
    figure
        The number of the briefing it is about.
    counts
        What it counts, in the reader's language.
    by_hand
        What a person wrote in its place, or None.
    query, sources
        The indicator that answers it, and the statements or methods behind it.
    cutoff
        The moment it speaks of, as printed.
    """

    number: int
    figure: Number
    counts: str
    by_hand: str | None
    query: str
    sources: tuple[str, ...]
    cutoff: str

    @property
    def anchor(self) -> str:
        """Return the bookmark of the row. No number's bookmark begins with a line, and Word lists none that does."""
        return f"_n{self.number}"


@dataclass(frozen=True)
class Piece:
    """A stretch of text as printed: plain, a number (``first``: its bookmark is here), or written by hand."""

    text: str
    figure: Number | None = None
    first: bool = False
    by_hand: bool = False


def rows(briefing: Briefing) -> tuple[Row, ...]:
    """Return the appendix: a row for each number, in the order in which they are read."""
    by_hand: dict[str, str] = {}
    for run in _runs(briefing):
        if isinstance(run, HandNumber) and run.instead_of:
            by_hand.setdefault(run.instead_of.id, run.text)
    cutoff = dated(briefing.cutoff, briefing.lang)
    return tuple(
        Row(n, figure, clean(figure.label), by_hand.get(figure.id), _query(figure), _sources(figure), cutoff)
        for n, figure in enumerate(briefing.numbers, 1)
    )


def pieces(briefing: Briefing) -> dict[tuple[str, str], tuple[Piece, ...]]:
    """Return the text of each paragraph as pieces, by the ids of its section and its own."""
    _ = translator(briefing.lang)
    replaced = _(" (changed by hand; the system says {value})").split("{value}")
    added = _(" (entered by hand)")
    seen: set[str] = set()

    def number(found: Number) -> Piece:
        first = found.id not in seen
        seen.add(found.id)
        return Piece(clean(found.text), found, first)

    def cut(run: Run) -> tuple[Piece, ...]:
        if isinstance(run, Number):
            return (number(run),)
        if isinstance(run, HandNumber):
            written = Piece(clean(run.text), by_hand=True)
            return (written, Piece(replaced[0]), number(run.instead_of), Piece(replaced[1])) if run.instead_of else (written, Piece(added))
        return (Piece(clean(run)),)

    return {
        (section.id, paragraph.id): tuple(piece for run in paragraph.runs for piece in cut(run))
        for section in briefing.sections
        for paragraph in section.paragraphs
    }


def edited(briefing: Briefing) -> list[tuple[Section, str, str]]:
    """Return the paragraphs that a person has written: the section, the paragraph's id, and its text; one taken out has none."""
    return [(section, found.id, clean(found.text).strip()) for section in briefing.sections for found in section.paragraphs if found.edited]


def has_text(paragraph: Paragraph) -> bool:
    """Return whether a paragraph is printed; one without text was taken out."""
    return bool(clean(paragraph.text).strip())


def _runs(briefing: Briefing) -> list[Run]:
    return [run for section in briefing.sections for paragraph in section.paragraphs for run in paragraph.runs]


def _query(figure: Number) -> str:
    return clean(f"{figure.query} ({figure.of})" if figure.of else figure.query)


def _sources(figure: Number) -> tuple[str, ...]:
    known = INDICATORS.get(figure.query)
    return () if known is None else known.sources
