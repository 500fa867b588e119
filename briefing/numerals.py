"""Where the numbers of a text stand: it is cut into numbers, moments, words and single characters, of which nothing is lost."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HOUR = r"(?:2[0-4]|[01]?\d)"
_MONTH = r"(?:1[0-2]|0?[1-9])"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_NAMES = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
# Chinese digits count only before a measure word: there is no number in 统一, 一律 or 四类人员.
# 一起 is together, 统一 and 唯一 are one word with what stands before, and 成立 is to be founded.
_MEASURE = "(?:[个名人户例处座栋条份只件次天家所台辆支队岁项批组元吨公米里间村]|(?<!一)起|成(?![立为员功果]))"
_DIGITS = "〇零一二两三四五六七八九十百千万亿"

# The first alternative that fits wins; what fits none is a word of one character. \d is a digit of any script.
TOKEN = re.compile(
    rf"""
    (?P<moment>
        (?<!\d)\d{{4}}年(?:{_MONTH}月(?:{_DAY}[日号])?)?
      | (?<!\d){_MONTH}月{_DAY}[日号]
      | (?<!\d)\d{{4}}(?P<stroke>[-/.]){_MONTH}(?P=stroke){_DAY}(?!\d)
      | (?<!\d){_DAY}\ (?:{_NAMES})(?![a-z])
      | (?<!\d){_HOUR}[:：][0-5]\d(?![\d:：])
      | (?<=[至日号晨午晚]){_HOUR}[时点](?:[0-5]?\d分)?(?!内)
    )
    | (?P<number>(?:(?<![0-9A-Za-z])[-+−±])?(?:\d{{1,3}}(?:,\d{{3}})+(?!\d)|\d+)(?:\.\d+)?(?:[%％‰]|[十百千万亿]+)?)
    | (?P<idiom>一[^\W\d]一[^\W\d]|千家万户)
    | (?P<written>百分之[〇零一二三四五六七八九十百点]+|[一大小过]半|半数|(?<![第统唯专])[{_DIGITS}半]+(?=[余多几来]?{_MEASURE}))
    | (?P<latin>[A-Za-z]+)
    | (?P<space>\s+)
    | (?P<stop>[，。；、：:;！？!?（）()]|[.,](?!\d))
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_KINDS = {"moment": "moment", "number": "number", "written": "number", "space": "space", "stop": "stop"}


@dataclass(frozen=True)
class Token:
    """A piece of a text: what it says, what it is (``number``, ``moment``, ``word``, ``space``, ``stop``) and where it begins."""

    text: str
    kind: str
    start: int

    @property
    def end(self) -> int:
        """Return where it ends."""
        return self.start + len(self.text)

    @property
    def counts(self) -> bool:
        """Return whether it is written in numbers."""
        return self.kind in ("number", "moment")


def tokens(text: str) -> list[Token]:
    """Cut a text into tokens that together are the text again.

    Numbers are digits with their sign, thousands, decimals, per cent and 万 or 亿, and Chinese digits before a measure word, 半; moments
    are dates and times of day, which count nothing.

    >>> [(t.text, t.kind) for t in tokens("2月12日18:00止，1,234人") if t.kind != "word"]
    [('2月12日', 'moment'), ('18:00', 'moment'), ('，', 'stop'), ('1,234', 'number')]
    >>> [t.text for t in tokens("三名、十分、37.5%、-2、3万、2-3处、一人一档") if t.kind == "number"]
    ['三', '37.5%', '-2', '3万', '2', '3']
    >>> [t.text for t in tokens("一半、九成、十来个、三起、一起、统一成立、半个") if t.kind == "number"]
    ['一半', '九', '十', '三', '半']
    """
    return [Token(m.group(), _KINDS.get(str(m.lastgroup), "word"), m.start()) for m in TOKEN.finditer(text)]
