"""Timetables, against a minute-by-minute reading of the same spans."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errors import InputError
from ledgers.posts.timetable import DAYS, Timetable, is_open, normalise, open_at, open_spans, parse

SHANGHAI = ZoneInfo("Asia/Shanghai")
HELSINKI = ZoneInfo("Europe/Helsinki")

READ = {
    "Mon-Fri 06:00-22:00; Sat,Sun 08:00-20:00; 2020-02-08 closed": "Mon-Fri 06:00-22:00; Sat,Sun 08:00-20:00; 2020-02-08 closed",
    "周一至周五 6:00-22:00，周末 8点-20点；2020年2月8日 关闭": "Mon-Fri 06:00-22:00; Sat,Sun 08:00-20:00; 2020-02-08 closed",
    "６：００－２２：００": "06:00-22:00",
    "每日 06:00:00—22:00:00": "06:00-22:00",
    "工作日06:00~22:00": "Mon-Fri 06:00-22:00",
    "周一至五 6:00-9:00、17:00-22:00": "Mon-Fri 06:00-09:00,17:00-22:00",
    "星期一、三、五 8点半到17点": "Mon,Wed,Fri 08:30-17:00",
    "早6点至晚10点": "06:00-22:00",
    "22点至翌日6点": "22:00-06:00",
    "22:00-00:00": "22:00-24:00",
    "24小时开放": "00:00-24:00",
    "monday to friday 9am-5:30 p.m.": "Mon-Fri 09:00-17:30",
    "Sat-Mon 8-18": "Mon,Sat,Sun 08:00-18:00",
    "每天 06:00-22:00; 周日 关闭": "Mon-Sat 06:00-22:00",
    "2020-02-08至2020-02-10 关闭；6:00-8:00": "06:00-08:00; 2020-02-08 closed; 2020-02-09 closed; 2020-02-10 closed",
    "17:00-22:00,06:00-09:00": "06:00-09:00,17:00-22:00",
}
WRONG = [
    "", "25:00-26:00", "6:00-24:30", "6:70-8:00", "06:00", "06:00-06:00", "24:00-06:00", "6:5-7:00", "6 8", "6:00-9:00,8:00-10:00",
    "Mon 6-8; Mon 9-10", "6-8; 9-10", "2020-02-30 closed", "2020-02-01 closed; 2020-02-01 6-8", "whenever", "周六", "=1+1",
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), READ.items())
def test_reads_the_forms_people_write(text: str, expected: str) -> None:
    assert normalise(text) == expected
    assert normalise(expected) == expected


@pytest.mark.parametrize("text", WRONG)
def test_refuses_what_it_cannot_read(text: str) -> None:
    with pytest.raises(InputError) as error:
        normalise(text)
    assert text in str(error.value)


@st.composite
def tables(draw: st.DrawFn) -> Timetable:
    """Draw a timetable directly as spans, at half hours, without its text."""

    def spans() -> tuple[tuple[int, int], ...]:
        marks = sorted(draw(st.sets(st.integers(0, 47), max_size=6)))
        pairs = [(a * 30, b * 30) for a, b in zip(marks[::2], marks[1::2], strict=False)]
        if pairs and draw(st.booleans()):  # let the last one cross midnight
            start = pairs[-1][0]
            pairs[-1] = (start, 1440 + draw(st.integers(0, start // 30 - 1)) * 30 if start else 1440)
        return tuple(pairs)

    dates = draw(st.sets(st.dates(date(2020, 2, 1), date(2020, 2, 10)), max_size=2))
    return Timetable(tuple(spans() for _ in range(7)), tuple((day, spans()) for day in sorted(dates)))


def brute(table: Timetable, wall: datetime) -> bool:
    """Open when a span of today, or of the night before, contains the minute on the wall."""
    minute = wall.hour * 60 + wall.minute
    today, before = table.on(wall.date()), table.on(wall.date() - timedelta(days=1))
    return any(a <= minute < b for a, b in today) or any(a <= minute + 1440 < b for a, b in before)


@settings(max_examples=60, deadline=None)
@given(tables())
def test_text_keeps_the_timetable(table: Timetable) -> None:
    text = str(table)
    assert parse(text) == table
    assert normalise(text) == text


@settings(max_examples=15, deadline=None)
@given(tables(), st.integers(0, 600))
def test_moments_and_spans_agree_with_every_minute(table: Timetable, offset: int) -> None:
    text, start = str(table), datetime(2020, 2, 5, tzinfo=SHANGHAI) + timedelta(minutes=offset)
    end = start + timedelta(days=2, minutes=7)
    spans = open_spans(text, start, end)
    assert all(a < b for a, b in spans)
    assert all(first[1] < second[0] for first, second in pairwise(spans))
    moment = start
    while moment < end:
        expected = brute(table, moment)
        assert any(a <= moment < b for a, b in spans) == expected
        if moment.minute in (0, 29, 30, 59):
            assert is_open(text, moment) == is_open(text, moment.replace(tzinfo=None)) == expected
        moment += timedelta(minutes=1)


@pytest.mark.parametrize("start", [datetime(2020, 3, 28, 12, tzinfo=HELSINKI), datetime(2020, 10, 24, 12, tzinfo=HELSINKI)])
def test_a_change_of_clock_is_one_instant(start: datetime) -> None:
    """The night of a change lasts an hour less or more, and nothing opens or shuts twice."""
    end = start + timedelta(days=1)
    spans = open_spans("22:00-06:00", start, end)
    assert [(a.hour, b.hour) for a, b in spans] == [(22, 6)]
    hours = (spans[0][1].astimezone(UTC) - spans[0][0].astimezone(UTC)) / timedelta(hours=1)
    assert hours == (7 if start.month == 3 else 9)
    for text in ("22:00-06:00", "03:30-05:00", "00:00-03:30", "03:10-03:50"):
        spans = open_spans(text, start, end)
        instant = start.astimezone(UTC)
        while instant < end.astimezone(UTC):
            assert is_open(text, instant.astimezone(HELSINKI)) == any(a <= instant < b for a, b in spans)
            instant += timedelta(minutes=10)


def test_a_closed_date_leaves_the_night_before_whole() -> None:
    text = "22:00-06:00; 2020-02-08 closed"
    assert is_open(text, datetime(2020, 2, 8, 5, 59))
    assert not is_open(text, datetime(2020, 2, 8, 23))
    assert not is_open(text, datetime(2020, 2, 9, 1))


def test_a_column_is_answered_by_its_distinct_texts() -> None:
    rng = random.Random(3)
    texts = pd.Series(rng.choices(["06:00-22:00", "22:00-06:00", None, f"{DAYS[2]} 00:00-24:00"], k=200), index=range(500, 700))
    noon = datetime(2020, 2, 5, 12)
    answer = open_at(texts, noon)
    assert answer.index.equals(texts.index)
    assert answer.tolist() == [text is not None and isinstance(text, str) and is_open(text, noon) for text in texts]


def test_no_column_at_all() -> None:
    assert open_at(pd.Series([], dtype="str"), datetime(2020, 2, 5)).tolist() == []
