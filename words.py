"""Words: English in the code, translated at the edge.

``locale/zh_CN.po`` holds Simplified Chinese; Traditional is made from it by OpenCC (standard ``s2hk`` table).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from settings import ROOT

Translate = Callable[[str], str]

LANGUAGES = {"zh_CN": "简体中文", "zh_HK": "繁體中文", "en": "English"}


def language(tag: str | None) -> str:
    """Return the language of ours that serves a locale tag.

    >>> [language(t) for t in ("zh-CN", "zh_TW.UTF-8", "zh-Hant", "fr-FR", None)]
    ['zh_CN', 'zh_HK', 'zh_HK', 'en', 'en']
    """
    tag = (tag or "").replace("_", "-").lower()
    if not tag.startswith("zh"):
        return "en"
    return "zh_HK" if any(part in tag for part in ("tw", "hk", "mo", "hant")) else "zh_CN"


@cache
def catalogue(lang: str) -> dict[str, str]:
    """Return msgid -> translation of one language; English is its own."""
    if lang == "en":
        return {}
    if lang == "zh_HK":
        from opencc import OpenCC

        convert = OpenCC("s2hk").convert
        return {msgid: convert(text) for msgid, text in catalogue("zh_CN").items()}
    from babel.messages.pofile import read_po

    with (ROOT / "locale" / "zh_CN.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id and m.string}


def translator(lang: str) -> Translate:
    """Return the function that puts an English message into ``lang``; a message without translation stays English."""
    words = catalogue(lang)
    return lambda message: words.get(message, message)
