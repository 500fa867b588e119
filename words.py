"""Words: English in the code, translated at the edge.

``locale/zh_CN.po`` holds Simplified Chinese; Traditional is made from it by OpenCC (standard ``s2hk`` table). A message is its own English,
in the plural where it counts something; ``locale/en.po`` holds the singular.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from numbers import Integral
from string import Formatter
from typing import Any, Literal

from babel.core import Locale as Cldr
from babel.dates import format_date, format_datetime
from babel.plural import PluralRule

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


class Counted(str):
    """An English sentence that counts something: the plural, which gives way to ``singular`` where the placeholder ``counts`` is 1.

    >>> rows = Counted("{n} rows", singular="{n} row", counts="n")
    >>> [rows.format(n=n) for n in (0, 1, "1", "**1**", "1,001", "–")]
    ['0 rows', '1 row', '1 row', '**1** row', '1,001 rows', '– rows']
    """

    singular: str
    counts: str

    def __new__(cls, plural: str, singular: str, counts: str) -> Counted:
        """Return the plural, which knows its singular and the placeholder that is counted."""
        counted = super().__new__(cls, plural)
        counted.singular, counted.counts = singular, counts
        return counted

    def __getnewargs__(self) -> tuple[str, str, str]:  # type: ignore[override]
        return str(self), self.singular, self.counts

    def form(self, count: object) -> str:
        """Return the template for a number, or for a number as it is printed; the plural for what is no whole number."""
        n = _whole(count)
        return self.singular if n is not None and _english_rule()(n) == "one" else str(self)

    def format(self, *args: object, **params: object) -> str:
        """Return the sentence, filled in."""
        return self.form(params.get(self.counts)).format(*args, **params)


@cache
def _english_rule() -> PluralRule:
    return Cldr.parse("en").plural_form


def _whole(count: object) -> int | None:
    """Return a whole number that may be printed: grouped, or bold in Markdown."""
    if isinstance(count, str):
        digits = count.strip("*").replace(",", "")
        return int(digits) if digits.isdecimal() else None
    return int(count) if isinstance(count, Integral) else None


def _counted(message: Any) -> Counted:
    """Return an entry of the English catalogue; an extracted comment names the placeholder that is counted if it is not the first."""
    singular, plural = message.string
    named = [comment.removeprefix("count: ") for comment in message.auto_comments]
    return Counted(plural, singular, named[0] if named else next(name for _, name, _, _ in Formatter().parse(plural) if name))


@cache
def catalogue(lang: str) -> dict[str, str]:
    """Return msgid -> translation of one language; English has only what differs with a number."""
    if lang == "zh_HK":
        from opencc import OpenCC

        convert = OpenCC("s2hk").convert
        return {msgid: convert(text) for msgid, text in catalogue("zh_CN").items()}
    from babel.messages.pofile import read_po

    with (ROOT / "locale" / f"{lang}.po").open("rb") as file:
        messages = [message for message in read_po(file) if message.id and message.string]
    if lang == "en":
        return {message.id[0]: _counted(message) for message in messages}
    return {str(message.id): str(message.string) for message in messages}


def translator(lang: str) -> Translate:
    """Return the function that puts an English message into ``lang``; a message without translation stays as it is."""
    words = catalogue(lang)
    return lambda message: words.get(message, message)
