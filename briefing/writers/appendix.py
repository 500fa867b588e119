"""What stands behind the text: the numbered appendix of all numbers, and the text cut into what is plain, a number, or by hand."""

from __future__ import annotations

from dataclasses import dataclass

from briefing.indicators import INDICATORS
from briefing.model import Briefing, Number, Paragraph, Run, Section
from briefing.writers.text import clean
from words import LOCALES, Translate, translator


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
    """A stretch of text as printed: plain, or a number (``first``: its bookmark is here), of the system or written by hand."""

    text: str
    figure: Number | None = None
    first: bool = False
    by_hand: bool = False


def rows(briefing: Briefing) -> tuple[Row, ...]:
    """Return the appendix: a row for each number, in the order in which they are read."""
    by_hand = briefing.by_hand
    cutoff = LOCALES[briefing.lang].dated(briefing.cutoff)
    return tuple(
        Row(n, figure, clean(figure.label), by_hand.get(figure.id), _query(figure), _sources(figure), cutoff)
        for n, figure in enumerate(briefing.numbers, 1)
    )


def pieces(briefing: Briefing) -> dict[tuple[str, str], tuple[Piece, ...]]:
    """Return the text of each paragraph as pieces, by the ids of its section and its own.

    The bookmark of a number is around what is printed for it: around what a person wrote in its place, where somebody did. The mark
    behind that says what the system says.
    """
    _ = translator(briefing.lang)
    overwritten = briefing.by_hand
    seen: set[str] = set()

    def number(text: str, found: Number, *, by_hand: bool) -> Piece:
        first = found.id not in seen and by_hand == (found.id in overwritten)
        seen.update([found.id] if first else [])
        return Piece(clean(text), found, first, by_hand)

    def cut(run: Run) -> tuple[Piece, ...]:
        if isinstance(run, str):
            return (Piece(clean(run)),)
        if isinstance(run, Number):
            return (number(run.text, run, by_hand=False),)
        if run.instead_of is None:
            return Piece(clean(run.text), by_hand=True), Piece(_(" (entered by hand)"))
        return number(run.text, run.instead_of, by_hand=True), Piece(_overwritten(run.text, run.instead_of, _))

    return {
        (section.id, paragraph.id): tuple(piece for run in paragraph.runs for piece in cut(run))
        for section in briefing.sections
        for paragraph in section.paragraphs
    }


def _overwritten(text: str, figure: Number, _: Translate) -> str:
    """Return the mark behind a number that is by hand; where only its words are, what the system counts."""
    same = _(" (words changed by hand; the system counts {label}: {value})")
    told = same if text == figure.text else _(" (changed by hand; the system says {value})")
    return told.format(label=clean(figure.label), value=clean(figure.text))


def edited(briefing: Briefing) -> list[tuple[Section, Paragraph]]:
    """Return the paragraphs that a person has written, with the section of each."""
    return [(section, found) for section in briefing.sections for found in section.paragraphs if found.edited]


def has_text(paragraph: Paragraph) -> bool:
    """Return whether a paragraph is printed; one without text was taken out."""
    return bool(clean(paragraph.text).strip())


def _query(figure: Number) -> str:
    return clean(f"{figure.query} ({figure.of})" if figure.of else figure.query)


def _sources(figure: Number) -> tuple[str, ...]:
    known = INDICATORS.get(figure.query)
    return () if known is None else known.sources
