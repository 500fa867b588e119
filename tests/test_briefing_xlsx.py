"""The figures of a briefing as a workbook."""

from __future__ import annotations

import io
import time
from datetime import UTC

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.workbook import Workbook

from briefing.writers import xlsx
from tests.briefings import CUTOFF, HOSTILE, sample, sheets


@pytest.fixture(scope="module")
def book() -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(xlsx.write(sample(), sheets())))


def under(sheet: openpyxl.worksheet.worksheet.Worksheet) -> list[tuple[object, ...]]:
    return list(sheet.iter_rows(min_row=4, values_only=True))


def test_the_same_briefing_gives_the_same_bytes_later_too(monkeypatch: pytest.MonkeyPatch) -> None:
    first = xlsx.write(sample(), ())
    later = time.time() + 86_400
    monkeypatch.setattr(time, "time", lambda: later)
    assert xlsx.write(sample(), sheets()) == first


def test_there_is_a_sheet_for_the_numbers_for_each_table_and_for_what_came_later(book: Workbook) -> None:
    assert book.sheetnames == ["数字", "各村摸排进度", "没有行的表", "卡口变化", "截止后补报情况"]


def test_every_number_is_told_with_its_query(book: Workbook) -> None:
    told = {row[1]: row for row in under(book["数字"])}
    for number in sample().numbers:
        row = told[number.id]
        assert row[2:5] == (number.label, number.value, number.text) and row[6] == number.query
        assert row[8] == "2020年2月12日 18:00"
    assert told["visits"][5] == "960" and told["cases"][3] is None and told["readings_missed"][7] == "朝阳村"
    assert told["entrances"][9] == "一、防疫情况"


def test_figures_are_figures_and_texts_stay_texts(book: Workbook) -> None:
    rows = under(book["各村摸排进度"])
    assert rows == [("朝阳村", 320, 0.875, "=1+1"), ("柳林村", 1250, "不详", HOSTILE)]
    formula = book["各村摸排进度"]["D4"]
    assert formula.data_type == "s" and formula.quotePrefix
    assert book["卡口变化"]["A5"].data_type == "s" and book["卡口变化"]["A5"].value == "+村口"
    assert under(book["截止后补报情况"]) == [("readings_missed", "漏测体温的人数", 3, 4)]


def test_each_sheet_says_what_it_is_and_can_be_printed(book: Workbook) -> None:
    for sheet in book:
        assert sheet["A1"].value and "截至2020年2月12日 18:00" in sheet["A2"].value and "演示数据" in sheet["A2"].value
        assert sheet.freeze_panes == "A4" and sheet.print_title_rows == "$1:$3"
        assert str(sheet.page_setup.paperSize) == sheet.PAPERSIZE_A4
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert book.properties.modified == CUTOFF.astimezone(UTC).replace(tzinfo=None)


@given(st.lists(st.text(max_size=40), max_size=6))
def test_sheet_names_are_valid_and_all_different(titles: list[str]) -> None:
    names = xlsx.sheet_names(titles)
    assert len({name.casefold() for name in names}) == len(titles)
    for name in names:
        assert 0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") and name.strip("'") == name
        Workbook().active.title = name  # which the library checks too
