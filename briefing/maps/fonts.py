"""Letters on paper: which font has a character, how wide a text is, its outline, and how it is broken into lines.

Noto Sans CJK and Noto Serif CJK (SIL Open Font License) come with the package mplfonts, of which nothing else is used; DejaVu Sans comes
with matplotlib. A character that none of them has becomes a 〓, and :func:`missing` says which.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from matplotlib import get_data_path
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font, LoadFlags
from numpy.typing import NDArray

MM_PER_PT = 25.4 / 72
GETA = "〓"
# Letters stand from a tenth of their size below the baseline to nine tenths above.
ASCENT, DESCENT = 0.90, 0.14
LINE = 1.32  # from baseline to baseline
NOT_FIRST = frozenset("，。、；：！？）》」』】〉〕,.;:!?)]}%‰…—·")
NOT_LAST = frozenset("（《「『【〈〔([{")


@dataclass(frozen=True, eq=False)
class Glyph:
    """The outline of a character, its em being 1, and how far it moves the pen."""

    face: str
    vertices: NDArray[np.float64]
    codes: NDArray[np.uint8]
    advance: float


@cache
def files() -> tuple[str, ...]:
    """Return the font files, in the order in which they are asked for a character."""
    spec = find_spec("mplfonts")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("the package mplfonts, which brings the fonts of the maps, is not installed")
    folder = Path(spec.submodule_search_locations[0]) / "fonts"
    noto = (folder / "NotoSansCJKsc-Regular.otf", folder / "NotoSerifCJKsc-Regular.otf")
    return (*map(str, noto), str(Path(get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"))


@cache
def _face(file: str) -> FT2Font:
    return FT2Font(file)


@cache
def properties(file: str, size: float) -> FontProperties:
    """Return what matplotlib knows a font by."""
    return FontProperties(fname=file, size=size)


@cache
def _file_of(character: str) -> str | None:
    return next((file for file in files() if _face(file).get_char_index(ord(character))), None)


def _kept(character: str) -> bool:
    """Tell whether a character is set: not what only steers the setting (directions, joiners, variants)."""
    return unicodedata.category(character) not in {"Cf", "Cs"} and not "\ufe00" <= character <= "\ufe0f"


def printable(text: str, among: Collection[str] | None = None) -> str:
    """Return a text as it can be set: on one line, with 〓 for what no font has, or none ``among`` some of :func:`files`.

    >>> printable("东门\\n\\u200b1 号 \\U000e0fff")
    '东门 1 号 〓'
    """
    spaced = "".join(" " if unicodedata.category(character) in {"Cc", "Zl", "Zp"} else character for character in text)
    known = files() if among is None else among
    return "".join(character if _file_of(character) in known else GETA for character in spaced if _kept(character))


def missing(texts: Iterable[str]) -> int:
    """Return how many characters of some texts no font has, each counted once."""
    letters = set().union(*texts)
    return sum(_kept(letter) and unicodedata.category(letter) not in {"Cc", "Zl", "Zp"} and _file_of(letter) is None for letter in letters)


@cache
def glyph(character: str) -> Glyph:
    """Return the outline of a character; of a 〓 where no font has it."""
    file = _file_of(character)
    if file is None:
        return glyph(GETA)
    font = _face(file)
    loaded = font.load_char(ord(character), flags=LoadFlags.NO_SCALE)
    vertices, codes = font.get_path()
    em = font.units_per_EM
    return Glyph(
        file, np.asarray(vertices, dtype=float).reshape(-1, 2) * (64 / em), np.asarray(codes, dtype=np.uint8), loaded.horiAdvance / em
    )


def width(text: str, size: float) -> float:
    """Return how wide a text is at a size in points, in millimetres."""
    return _ems(text) * size * MM_PER_PT


@lru_cache(maxsize=65536)
def _ems(text: str) -> float:
    return sum(glyph(character).advance for character in text)


def height(size: float, lines: int = 1) -> float:
    """Return how high some lines of text are, in millimetres."""
    return size * MM_PER_PT * (ASCENT + DESCENT + LINE * (lines - 1))


def wrap(text: str, size: float, room: float) -> list[str]:
    """Break a text into lines no wider than ``room`` millimetres: between ideographs and at spaces; a longer word is cut.

    >>> wrap("防控一张图", 10, 12)
    ['防控一', '张图']
    """
    return [text] if width(text, size) <= room else _broken(text, size, room)


def _broken(text: str, size: float, room: float) -> list[str]:
    lines, line = [], ""
    for piece in _pieces(text):
        if line and width((line + piece).rstrip(), size) > room:
            lines.append(line.rstrip())
            line, piece = "", piece.lstrip()
        while len(piece) > 1 and width(piece, size) > room:
            fits = next((n for n in range(len(piece) - 1, 1, -1) if width(piece[:n], size) <= room), 1)
            lines.append(piece[:fits])
            piece = piece[fits:]
        line += piece
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


@lru_cache(maxsize=16384)
def _pieces(text: str) -> tuple[str, ...]:
    """Return what is not broken: an ideograph with the punctuation that clings to it, a word with the space after it."""
    pieces: list[str] = []
    for character in text:
        glued = pieces and (
            character in NOT_FIRST
            or pieces[-1][-1] in NOT_LAST
            or (not _ideograph(character) and not _ideograph(pieces[-1][-1]) and not pieces[-1].endswith(" "))
            or character == " "
        )
        if glued:
            pieces[-1] += character
        else:
            pieces.append(character)
    return tuple(pieces)


def _ideograph(character: str) -> bool:
    return unicodedata.east_asian_width(character) in {"W", "F"}


def fitted(text: str, size: float, room: float, *, least: float, lines: int = 1) -> tuple[list[str], float]:
    """Return the lines of a text and the size at which there are at most so many of them; at ``least`` there may be more."""
    while True:
        broken = wrap(text, size, room)
        if len(broken) <= lines or size <= least:
            return broken, size
        size = max(least, size * 0.94)
