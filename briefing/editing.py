"""A draft as people rewrote it: which of its numbers still stand, and which were written by hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise

from briefing.model import Briefing, HandNumber, Number, Paragraph, Run
from briefing.numerals import Token, tokens

Figure = Number | HandNumber


def apply(briefing: Briefing, edits: Mapping[str, str]) -> Briefing:
    """Return the briefing with the paragraphs that were rewritten, by their id, as plain text.

    The printed text is the edit, to the character. Of its numbers

    - one that nobody touched stays the ``Number`` it was, with its query;
    - one written in place of another is a ``HandNumber`` that says in place of which;
    - one whose words changed (封闭13个 -> 未封闭13个) is a ``HandNumber`` in place of itself: it may count something else now;
    - one that is gone while its paragraph stays is told in ``Paragraph.removed``;
    - any other that the draft does not have at that place is a ``HandNumber``;
    - dates and times of day (2月12日, 18:00) count nothing: they are text, unless they stand in place of a number;
    - Chinese digits are numbers before a measure word (三名), not in 统一 or 一人一档; a sign, decimals, per cent and 万
      belong to the number.

    A number is untouched when the words around it are: those back to the previous figure or clause, and those on to the next.
    Where one was taken out of a clause (出入口25个，其中封闭13个 -> 出入口13个), the one left there that counts in the same unit
    is taken to be written in its place. Paragraphs that the draft does not have are passed over: it was drawn anew since.
    """
    sections = tuple(replace(s, paragraphs=tuple(_rewritten(p, edits.get(p.id)) for p in s.paragraphs)) for s in briefing.sections)
    return replace(briefing, sections=sections)


def _rewritten(paragraph: Paragraph, body: str | None) -> Paragraph:
    if body is None or body == paragraph.text:
        return paragraph
    runs = _runs(paragraph, body)
    return replace(paragraph, runs=runs, edited=True, removed=_removed(paragraph, runs))


def _removed(paragraph: Paragraph, runs: Sequence[Run]) -> tuple[Number, ...]:
    """Return the numbers of a paragraph that its new runs have no more, neither as they were nor overwritten, each once."""
    before = [*map(_drafted, _figures(paragraph.runs)), *paragraph.removed]
    left = [_drafted(figure) for figure in _figures(runs)]
    return tuple(dict.fromkeys(number for number in before if number is not None and number not in left))


def _figures(runs: Sequence[Run]) -> list[Figure]:
    return [run for run in runs if not isinstance(run, str)]


@dataclass(frozen=True)
class _Piece:
    """A figure of the draft and where it stands in its text, by characters and by tokens."""

    run: Figure
    start: int
    first: int
    last: int  # the last token that is part of it


@dataclass(frozen=True)
class _Gap:
    """What differs between two tokens that both texts have: tokens of the draft gave way to tokens of the edit."""

    old: range
    new: range


def _runs(paragraph: Paragraph, body: str) -> tuple[Run, ...]:
    draft, edit = tokens(paragraph.text), tokens(body)
    pieces = _pieces(paragraph.runs, draft)
    same = _untorn(pieces, draft, _same(draft, edit))
    taken_by = dict(_replacements(pieces, draft, edit, same))
    untouched = set(same.values())
    context = _Context(draft, edit, pieces, same, taken_by)

    spans: list[tuple[int, int, Figure]] = []
    for piece in pieces:
        there = {same[token] for token in range(piece.first, piece.last + 1) if token in same}
        if there & taken_by.keys():
            untouched -= there
        elif there:
            start = edit[min(there)].start + piece.start - draft[piece.first].start
            spans.append((start, start + len(piece.run.text), piece.run if context.stands(piece) else _by_hand(piece.run)))
    for position, token in enumerate(edit):
        if position in taken_by:
            start, end = _bare(token, taken_by[position], draft)
            spans.append((start, end, HandNumber(body[start:end], _drafted(taken_by[position].run))))
        elif token.kind == "number" and position not in untouched:
            spans.append((token.start, token.end, HandNumber(token.text)))
    return _woven(body, sorted(spans, key=lambda span: span[:2]))


def _pieces(runs: Sequence[Run], draft: Sequence[Token]) -> list[_Piece]:
    found, start = [], 0
    for run in runs:
        if not isinstance(run, str) and run.text:
            inside = [at for at, token in enumerate(draft) if token.start < start + len(run.text) and token.end > start]
            found.append(_Piece(run, start, inside[0], inside[-1]))
        start += len(run if isinstance(run, str) else run.text)
    return found


def _same(draft: Sequence[Token], edit: Sequence[Token]) -> dict[int, int]:
    """Return which token of the edit each token of the draft is; what both ends share is theirs before anything else is compared."""
    old, new = [t.text for t in draft], [t.text for t in edit]
    shorter = min(len(old), len(new))
    head = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    tail = next((i for i in range(shorter - head) if old[-1 - i] != new[-1 - i]), shorter - head)
    middle = SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=False)
    pairs = {i: i for i in range(head)}
    for block in middle.get_matching_blocks():
        pairs |= {head + block.a + i: head + block.b + i for i in range(block.size)}
    return pairs | {len(old) - 1 - i: len(new) - 1 - i for i in range(tail)}


def _untorn(pieces: Sequence[_Piece], draft: Sequence[Token], same: dict[int, int]) -> dict[int, int]:
    """Return the pairs without those of figures of which only a part is left, or whose parts were torn asunder."""
    left = dict(same)
    torn = True
    while torn:  # two figures can share a token
        torn = False
        for piece in pieces:
            own = range(piece.first, piece.last + 1)
            there = [left[i] for i in own if i in left]
            if there and there != list(range(there[0], there[0] + len(own))):
                for i in own:
                    left.pop(i, None)
                torn = True
    return left


def _replacements(
    pieces: Sequence[_Piece], draft: Sequence[Token], edit: Sequence[Token], same: Mapping[int, int]
) -> list[tuple[int, _Piece]]:
    """Return the tokens of the edit that stand in place of a figure of the draft, and of which."""
    found: list[tuple[int, _Piece]] = []
    for gap in _gaps(len(draft), len(edit), same):
        gone = [piece for piece in pieces if piece.first in gap.old]
        # Numbers that are no figures of ours take part: 14天 -> 7天 must not pass for another's.
        others = [i for i in gap.old if draft[i].counts and not any(p.first <= i <= p.last for p in pieces)]
        before: list[_Piece | None] = [
            p for _, p in sorted([*((p.first, p) for p in gone), *((i, None) for i in others)], key=lambda x: x[0])
        ]
        now = [j for j in gap.new if edit[j].counts]
        if len(before) != len(now):
            numbers = [j for j in now if edit[j].kind == "number"]
            before, now = list(gone), numbers or now
        pairs = [(j, piece) for piece, j in zip(before, now, strict=False) if piece is not None]
        found += pairs
        closed = {id(piece) for _, piece in pairs}
        for piece in gone:
            if id(piece) not in closed and (j := _usurper(piece, gap, draft, edit, same, {j for j, _ in found})) is not None:
                found.append((j, piece))
    return found


def _gaps(old: int, new: int, same: Mapping[int, int]) -> list[_Gap]:
    pairs = [(-1, -1), *sorted(same.items()), (old, new)]
    return [_Gap(range(a + 1, c), range(b + 1, d)) for (a, b), (c, d) in pairwise(pairs) if c - a > 1 or d - b > 1]


def _usurper(
    piece: _Piece, gap: _Gap, draft: Sequence[Token], edit: Sequence[Token], same: Mapping[int, int], taken: set[int]
) -> int | None:
    """Return the number that stands in the clause out of which a figure was taken, nearest to it and in its unit, if there is one."""
    left, right = gap.new.start - 1, gap.new.stop
    if not (_word(edit, left) and _word(edit, right)) or any(edit[j].kind == "stop" for j in gap.new):
        return None  # the whole clause went, or it ends here
    before, after = left, right
    while before >= 0 and edit[before].kind != "stop":
        before -= 1
    while after < len(edit) and edit[after].kind != "stop":
        after += 1
    kept = set(same.values())
    unit = _unit(draft, piece.last)
    rivals = [j for j in range(before + 1, after) if edit[j].kind == "number" and j in kept - taken and _unit(edit, j) == unit]
    return min(rivals, key=lambda j: min(abs(j - left), abs(j - right)), default=None)


def _word(edit: Sequence[Token], at: int) -> bool:
    return 0 <= at < len(edit) and edit[at].kind != "stop"


def _unit(text: Sequence[Token], at: int) -> str:
    """Return the word behind a number."""
    behind = next((t for t in text[at + 1 : at + 3] if t.kind != "space"), None)
    return behind.text if behind and behind.kind == "word" else ""


def _bare(token: Token, piece: _Piece, draft: Sequence[Token]) -> tuple[int, int]:
    """Return where the new number stands, without the sign or per cent that the draft has beside its figure and not in it."""
    lead = draft[piece.first].text[: piece.start - draft[piece.first].start]
    trail = draft[piece.last].text[piece.start + len(piece.run.text) - draft[piece.last].start :]
    inner = token.text.removeprefix(lead).removesuffix(trail)
    plain = not any(c.isdigit() for c in lead + trail) and token.text == lead + inner + trail and any(c.isdigit() for c in inner)
    return (token.start + len(lead), token.end - len(trail)) if plain else (token.start, token.end)


def _drafted(run: Figure) -> Number | None:
    return run.instead_of if isinstance(run, HandNumber) else run


def _by_hand(run: Figure) -> HandNumber:
    return run if isinstance(run, HandNumber) else HandNumber(run.text, run)


class _Context:
    """The words around the figures of a draft, beside those of its edit: they say what a figure counts."""

    def __init__(
        self,
        draft: Sequence[Token],
        edit: Sequence[Token],
        pieces: Sequence[_Piece],
        same: Mapping[int, int],
        written: Collection[int],
    ) -> None:
        self._draft, self._edit, self._same = draft, edit, same
        self._old = {token for piece in pieces for token in range(piece.first, piece.last + 1)}
        self._new = {same[token] for token in self._old if token in same} | set(written)

    def stands(self, piece: _Piece) -> bool:
        """Return whether a figure that is still there has the words around it that it had."""
        return all(
            _until(self._draft, self._old, end, step) == _until(self._edit, self._new, self._same[end], step)
            for end, step in ((piece.first, -1), (piece.last, 1))
        )


def _until(text: Sequence[Token], figures: Collection[int], at: int, step: int) -> list[str]:
    """Return the words from a token on (``step`` 1) or back (-1) to the next figure or the end of the clause."""
    words: list[str] = []
    at += step
    while 0 <= at < len(text) and at not in figures and not _ends(text[at], step):
        words.append(text[at].text.strip())
        at += step
    return [word for word in words if word]


def _ends(token: Token, step: int) -> bool:
    # What stands before a colon or in brackets says what the figure behind it counts.
    return token.kind == "stop" and (step > 0 or token.text not in _LEADING)


_LEADING = "：:（）()"


def _woven(body: str, spans: Sequence[tuple[int, int, Figure]]) -> tuple[Run, ...]:
    runs: list[Run] = []
    at = 0
    for start, end, figure in spans:
        runs += [body[at:start], figure]
        at = end
    return tuple(run for run in [*runs, body[at:]] if run != "")
