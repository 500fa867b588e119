"""Words: English in the code, translated at the edge.

``locale/zh_CN.po`` holds Simplified Chinese; Traditional is made from it by OpenCC (standard ``s2hk`` table).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Literal

from babel.dates import format_date, format_datetime

from settings import ROOT

Translate = Callable[[str], str]

Form = Literal["day", "moment", "short", "month_day", "full"]
# Chinese dates are the same signs in both scripts.
_CHINESE = {"day": "y年M月d日", "moment": "y年M月d日 HH:mm", "short": "M月d日 HH:mm", "month_day": "M月d日", "full": "y年M月d日"}
_ENGLISH = {"day": "d MMM yyyy", "moment": "d MMM yyyy HH:mm", "short": "d MMM HH:mm", "month_day": "d MMM", "full": "d MMMM y"}


@dataclass(frozen=True)
class Locale:
    """A language of ours: its code, what it calls itself, its tag in documents (BCP 47), and how dates are written in it.

    ``patterns`` are of CLDR, by form: ``day``, ``moment`` (to the minute), both also without the year (``month_day``, ``short``), and the
    day of a letter (``full``). ``between`` stands between a day and a time of day that follow upon each other in a sentence.
    """

    code: str
    name: str
    tag: str
    patterns: Mapping[str, str]
    between: str = ""

    @property
    def is_chinese(self) -> bool:
        """Tell whether it is written in Chinese."""
        return self.code.startswith("zh")

    def dated(self, moment: date, form: Form = "moment") -> str:
        """Return a day, or a moment in the zone that it carries: ``2020年2月12日 18:00``."""
        cldr = "zh_Hans_CN" if self.is_chinese else self.code
        if isinstance(moment, datetime):
            return str(format_datetime(moment, self.patterns[form], tzinfo=moment.tzinfo, locale=cldr))
        return str(format_date(moment, self.patterns[form], locale=cldr))


LOCALES = {
    locale.code: locale
    for locale in (
        Locale("zh_CN", "简体中文", "zh-CN", _CHINESE),
        Locale("zh_HK", "繁體中文", "zh-HK", _CHINESE),
        Locale("en", "English", "en-GB", _ENGLISH, between=" "),
    )
}
# What is written for others: letters, sheets, briefings.
WRITTEN = ("zh_CN", "en")


def written_in(lang: str) -> str:
    """Return the language in which something is written for others by a reader of ``lang``."""
    return lang if lang in WRITTEN else WRITTEN[0]


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
