"""Text on its way into a file: nothing in it is markup, nothing in it breaks the file or runs off the page."""

from __future__ import annotations

import re

# What XML cannot hold, and marks that turn the direction of what follows.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_SPACE = re.compile(r"[\t\n\r]+")
_LONG = re.compile(r"[!-~]{13,}")
ZERO_WIDTH = "\u200b"


def clean(text: object) -> str:
    """Return a text as one line without control characters.

    >>> clean("a\\x00b\\nc")
    'ab c'
    """
    return _SPACE.sub(" ", _UNPRINTABLE.sub("", str(text)))


def breakable(text: str) -> str:
    r"""Return a text that can be broken into lines within a word of more than 12 Latin letters, first of all behind its signs.

    >>> breakable("select_entrance_states").split("\u200b")
    ['select_', 'entrance_', 'states']
    """

    def broken(found: re.Match[str]) -> str:
        parts = re.findall(r"[^_./\-]{1,12}[_./\-]*|[_./\-]+", found.group())
        return ZERO_WIDTH.join(parts)

    return _LONG.sub(broken, text)
