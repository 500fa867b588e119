"""Opening timetables: one text form, read from English and Chinese, and what it says of a moment.

The form is ``Mon-Fri 06:00-22:00; Sat,Sun 08:00-20:00; 2020-02-08 closed``. A clause without days is the rule of every day
that no other clause names; a date exception replaces the day's spans. A span belongs to the day on which it starts: closing
a date does not cut short the night that began before it. Wall times that a change of clock skips or repeats are read as in
RFC 5545 (3.3.5): the skipped ones with the offset from before the gap, the repeated ones as their first occurrence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise

import pandas as pd

from errors import InputError

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAY_MINUTES = 24 * 60
ALL_DAY = (0, DAY_MINUTES)

# Minutes after the midnight that begins the day; an end beyond 24:00 lies on the next day.
Span = tuple[int, int]
Spans = tuple[Span, ...]


@dataclass(frozen=True)
class Timetable:
    """Spans by weekday (Monday first) and the dates on which others hold; ``str()`` gives the canonical text."""

    weekly: tuple[Spans, ...]
    dates: tuple[tuple[date, Spans], ...] = ()

    def on(self, day: date) -> Spans:
        """Return the spans that start on a date."""
        return dict(self.dates).get(day, self.weekly[day.weekday()])

    def __str__(self) -> str:
        groups: dict[Spans, list[int]] = {}
        for day, spans in enumerate(self.weekly):
            groups.setdefault(spans, []).append(day)
        clauses = [_join(_days_text(days), _spans_text(spans)) for spans, days in groups.items() if spans]
        clauses += [_join(day.isoformat(), _spans_text(spans)) for day, spans in self.dates]
        return "; ".join(clauses) or "closed"


def normalise(text: str) -> str:
    """Return the canonical text of a timetable, whatever its language and punctuation.

    >>> normalise("周一至周五 6:00-22:00，周末 8点-20点；2020年2月8日 关闭")
    'Mon-Fri 06:00-22:00; Sat,Sun 08:00-20:00; 2020-02-08 closed'
    >>> normalise("每日２２：００－次日６：００")
    '22:00-06:00'

    Raises:
        InputError: when it cannot be read; the sentence says which part.
    """
    return str(parse(text))


def is_open(timetable: str, local: datetime) -> bool:
    """Tell whether a timetable holds at a moment: an aware time in its own zone, or a naive wall time."""
    moment = local if local.tzinfo else local.replace(tzinfo=UTC)
    instant = moment.astimezone(UTC)
    return any(start <= instant < end for start, end in _instants(parse(timetable), moment, moment))


def open_spans(timetable: str, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """Return the open intervals within ``[start, end)``, merged and in order, in the time zone of ``start``.

    ``start`` and ``end`` are aware; ``start`` carries the zone whose wall clock the timetable means.
    """
    zone, first, last = start.tzinfo, start.astimezone(UTC), end.astimezone(UTC)
    merged: list[tuple[datetime, datetime]] = []
    for begins, ends in sorted(_instants(parse(timetable), start, end.astimezone(zone))):
        begins, ends = max(begins, first), min(ends, last)
        if merged and begins <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], ends))
        elif begins < ends:
            merged.append((begins, ends))
    return [(begins.astimezone(zone), ends.astimezone(zone)) for begins, ends in merged]


def open_at(timetables: pd.Series, local: datetime) -> pd.Series:
    """Return, on the same index, which timetables hold at a moment; a missing one does not. Each distinct text is read once."""
    answers = {text: is_open(text, local) for text in timetables.dropna().unique()}
    return timetables.map(answers).eq(True)


@lru_cache(maxsize=4096)
def parse(text: str) -> Timetable:
    """Read a timetable.

    Raises:
        InputError: for a word that is not understood, an hour that does not exist, a span without length, spans that overlap,
            a day or date given twice, or nothing at all.
    """
    base: Spans | None = None
    weekly: dict[int, Spans] = {}
    dates: dict[date, Spans] = {}
    clauses = list(_clauses(text))
    if not clauses:
        raise InputError("The timetable is empty. Write for example: Mon-Fri 06:00-22:00; Sat,Sun closed")
    for days, spans in clauses:
        if not days:
            if base is not None:
                raise InputError("The timetable “{text}” gives two rules for every day; join the hours with a comma.", text=text)
            base = spans
        for day in days:
            where: dict[int, Spans] | dict[date, Spans] = weekly if isinstance(day, int) else dates
            if day in where:
                name = DAYS[day] if isinstance(day, int) else day.isoformat()
                raise InputError("The timetable “{text}” names {day} twice; join its hours with a comma.", text=text, day=name)
            where[day] = spans  # type: ignore[index]
    return Timetable(tuple(weekly.get(day, base or ()) for day in range(7)), tuple(sorted(dates.items())))


def _instants(table: Timetable, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the intervals, in UTC, of every day from the one before ``start`` (its night may reach in) to that of ``end``."""
    day = start.date() - timedelta(days=1)
    while day <= end.date():
        for first, last in table.on(day):
            begins, ends = _instant(day, first, start.tzinfo), _instant(day, last, start.tzinfo)
            if begins < ends:
                yield begins, ends
        day += timedelta(days=1)


def _instant(day: date, minutes: int, zone: tzinfo | None) -> datetime:
    midnight = datetime(day.year, day.month, day.day)
    return (midnight + timedelta(minutes=minutes)).replace(tzinfo=zone).astimezone(UTC)


# Reading ------------------------------------------------------------------------------------------------------------------

_CHINESE_DAYS = "一二三四五六日天"
_AFTERNOON = ("下午", "傍晚", "晚", "晚上")
_TOKENS = re.compile(
    r"""
      (?P<date>\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}日?)
    | (?P<all_day>24\s*小时(?:开放|通行)?|全天(?:候)?(?:开放|通行)?|24\s*h(?:ours)?\b|all\s+day)
    | (?P<time>(?:(?P<half>凌晨|清晨|早上|早|上午|中午|下午|傍晚|晚上|晚)\s*)?
        (?P<hour>\d{1,2})(?!\d)(?:\s*[:时点]\s*(?P<minute>\d{2}(?!\d)|半)?分?(?P<second>:00)?)?\s*(?P<ampm>[ap]\.?m\b\.?)?)
    | (?P<next>次日|翌日|第二天|next\s+day)
    | (?P<weekdays>工作日|weekdays?|workdays?)
    | (?P<weekend>周末|双休日|weekends?)
    | (?P<every>每日|每天|天天|全周|daily|every\s*day)
    | (?P<day>(?:周|星期|礼拜)?[一二三四五六日天]|(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?)
    | (?P<closed>不开放|关闭|封闭|休息|closed|off\b)
    | (?P<dash>[-‐‑‒–—―−~至到]+|to\b)
    | (?P<comma>[,、及和]|and\b)
    | (?P<end>[;。\n])
    | (?P<space>[\s:]+|开放|通行)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ENGLISH_DAYS = {name.lower(): day for day, name in enumerate(DAYS)}


def _tokens(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    plain = unicodedata.normalize("NFKC", text)
    at = 0
    while at < len(plain):
        found = _TOKENS.match(plain, at)
        if not found or found.end() == at:
            raise InputError("The timetable “{text}” is not understood from “{part}” on.", text=text, part=plain[at : at + 12])
        at = found.end()
        if found.lastgroup and found.lastgroup != "space":
            yield found.lastgroup, found


_NAMES_DAYS = ("date", "weekdays", "weekend", "every", "day")


def _clauses(text: str) -> Iterator[tuple[list[int | date], Spans]]:
    """Yield the days (none: every day) and spans of each clause. Naming a day after hours begins the next clause."""
    days: list[int | date] = []
    spans: list[Span] = []
    times: list[int] = []
    named = told = day_range = dash = False

    def finish() -> tuple[list[int | date], Spans]:
        if times or not told:
            raise InputError("The timetable “{text}” has a part without hours like 06:00-22:00.", text=text)
        ordered = tuple(sorted(spans))
        if any(first[1] > second[0] for first, second in pairwise(ordered)):
            raise InputError("The timetable “{text}” has hours that overlap.", text=text)
        return list(dict.fromkeys(days)), ordered

    for kind, found in _tokens(text):
        if kind == "end" or (kind in _NAMES_DAYS and told):
            if named or told or times:
                yield finish()
            days, spans, times, named, told, day_range = [], [], [], False, False, False
        if kind in _NAMES_DAYS:
            more = _days_of(kind, found, text)
            days += _range(days[-1], more[0]) if day_range and days and more else more
            named, day_range = True, False
        elif kind == "dash":
            day_range = named and not times and not told
        elif kind == "all_day":
            spans, told = [*spans, ALL_DAY], True
        elif kind == "closed":
            told = True
        elif kind == "time":
            if times and not dash:
                raise InputError("The timetable “{text}” has a part without hours like 06:00-22:00.", text=text)
            times.append(_minutes(found, text))
            if len(times) == 2:
                spans, times, told = [*spans, _span(*times, text=text)], [], True
        dash = kind == "dash" or (dash and kind == "next")
    if named or told or times:
        yield finish()


def _days_of(kind: str, found: re.Match[str], text: str) -> list[int | date]:
    if kind == "every":
        return []
    if kind == "weekdays":
        return [0, 1, 2, 3, 4]
    if kind == "weekend":
        return [5, 6]
    if kind == "day":
        word = found.group().lower()
        return [min(_CHINESE_DAYS.index(word[-1]), 6) if word[-1] in _CHINESE_DAYS else _ENGLISH_DAYS[word[:3]]]
    try:
        return [date(*map(int, re.findall(r"\d+", found.group())))]
    except ValueError:
        raise InputError("The timetable “{text}” has a date that does not exist: {part}.", text=text, part=found.group()) from None


def _range(first: int | date, last: int | date) -> list[int | date]:
    """Return the days after ``first`` up to ``last``; weekdays run round the week (Sat-Mon)."""
    if isinstance(first, date) and isinstance(last, date):
        return [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    if isinstance(first, int) and isinstance(last, int):
        return [(first + n) % 7 for n in range(1, (last - first) % 7 + 1)]
    return [last]


def _minutes(found: re.Match[str], text: str) -> int:
    hour, part = int(found["hour"]), (found["ampm"] or "").lower()
    minute = 30 if found["minute"] == "半" else int(found["minute"] or 0)
    half = found["half"]
    if hour < 12 and (half in _AFTERNOON or part.startswith("p") or (half == "中午" and hour < 6)):
        hour += 12
    elif hour == 12 and (half == "凌晨" or part.startswith("a")):
        hour = 0
    elif hour == 12 and half in ("晚", "晚上"):
        hour = 24
    if minute > 59 or hour * 60 + minute > DAY_MINUTES:
        raise InputError("The timetable “{text}” has a time that does not exist: {part}.", text=text, part=found.group().strip())
    return hour * 60 + minute


def _span(start: int, end: int, *, text: str) -> Span:
    if start in (end, DAY_MINUTES):
        raise InputError("The timetable “{text}” has hours without length; write 00:00-24:00 for a whole day.", text=text)
    return (start, end) if end > start else (start, end + DAY_MINUTES)


# Writing ------------------------------------------------------------------------------------------------------------------


def _join(days: str, spans: str) -> str:
    return f"{days} {spans}".strip()


def _spans_text(spans: Spans) -> str:
    return ",".join(f"{_clock(start)}-{_clock(end)}" for start, end in spans) or "closed"


def _clock(minutes: int) -> str:
    minutes = minutes if minutes <= DAY_MINUTES else minutes - DAY_MINUTES
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _days_text(days: list[int]) -> str:
    """Return ``""`` for all seven, runs of three or more as ranges, the rest as a list."""
    if len(days) == 7:
        return ""
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    names = [f"{DAYS[run[0]]}-{DAYS[run[-1]]}" if len(run) > 2 else ",".join(DAYS[day] for day in run) for run in runs]
    return ",".join(names)
