"""How much room a text takes before anything draws it: an estimate on the safe side, for pages that must not run over."""

from __future__ import annotations

import re
import unicodedata

# In ems. What a Latin letter takes is that of a wide typeface, so that no other one runs over.
WIDE, NARROW = 1.0, 0.58
# What stays together on a line: a Chinese letter with the stops behind it, or a word.
_UNIT = re.compile(r"[ \t]+|[^\s⺀-鿿　-〿＀-￯]+|.[、。，．：；！？）」』”》]?", re.DOTALL)


def ems(text: str) -> float:
    """Return how wide a text is, in times its size.

    >>> ems("卡口"), round(ems("ab"), 2)
    (2.0, 1.16)
    """
    return sum(WIDE if unicodedata.east_asian_width(letter) in "FWA" else NARROW for letter in text)


def line_ends(text: str, width: float) -> list[int]:
    """Return where each line of a text ends when it is set in lines of ``width`` ems; a word wider than a line is broken.

    >>> line_ends("出入口二十五个，封闭十三个", 6)
    [6, 12, 13]
    >>> line_ends("", 6)
    [0]
    """
    ends: list[int] = []
    used = 0.0
    for found in _UNIT.finditer(text):
        unit = ems(found.group())
        if used + unit > width and used:
            ends.append(found.start())
            used = 0.0
        if unit > width:
            for at in range(found.start(), found.end()):
                letter = ems(text[at])
                if used + letter > width and used:
                    ends.append(at)
                    used = 0.0
                used += letter
        else:
            used += unit
    return [*ends, len(text)]


def lines(text: str, width: float) -> int:
    """Return how many lines of ``width`` ems a text takes."""
    return len(line_ends(text, width))
