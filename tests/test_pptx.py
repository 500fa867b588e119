"""The briefing as slides: nothing runs over, every number has its query in the notes."""

from __future__ import annotations

import importlib.util
import io
import re
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageFont
from pptx import Presentation
from pptx.oxml.ns import qn
from pptx.util import Pt

from briefing.model import Briefing, Paragraph, Section, Table
from briefing.writers import pptx
from briefing.writers.headlines import headlines
from briefing.writers.lettering import ems, line_ends
from briefing.writers.slides import Box, Ink, Line, fitted
from tests import long_briefings
from tests.briefings import HOSTILE, number, sample, sheets


def opened(briefing: Briefing) -> Any:
    return Presentation(io.BytesIO(pptx.write(briefing, sheets())))


@pytest.fixture(scope="module")
def deck() -> Any:
    return opened(sample())


def texts(slide: Any) -> list[str]:
    frames = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    cells = [cell.text for shape in slide.shapes if shape.has_table for row in shape.table.rows for cell in row.cells]
    return [*frames, *cells]


def test_the_same_briefing_gives_the_same_bytes_later_too(monkeypatch: pytest.MonkeyPatch) -> None:
    first = pptx.write(sample(), sheets())
    later = time.time() + 86_400
    monkeypatch.setattr(time, "time", lambda: later)
    assert pptx.write(sample(), sheets()) == first


def test_the_slides_come_in_order_and_say_what_they_are(deck: Any) -> None:
    assert (deck.slide_width, deck.slide_height) == (Pt(960), Pt(540))
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert titles == [
        sample().title,
        "主要数据",
        *(section.title for section in sample().sections),
        *(sheet.title for sheet in sheets()),
        "较上期简报的变化",
        "数据出处",
    ]
    for at, slide in enumerate(deck.slides, 1):
        assert "内部使用 · 演示数据" in texts(slide)
        assert any("截至2020年2月12日 18:00" in text for text in texts(slide))
        (field,) = slide.shapes._spTree.iter(qn("a:fld"))
        assert field.get("type") == "slidenum" and field.find(qn("a:t")).text == str(at)


def test_every_run_names_its_east_asian_typeface(deck: Any) -> None:
    for slide in deck.slides:
        runs = [run for tree in (slide.shapes._spTree, slide.notes_slide.shapes._spTree) for run in tree.iter(qn("a:r"))]
        assert all(run.find(qn("a:rPr")).find(qn("a:ea")).get("typeface") == "微软雅黑" for run in runs)
        assert all(run.find(qn("a:rPr")).get("lang") == "zh-CN" for run in runs)


def test_the_notes_name_the_query_of_every_number_on_the_slide(deck: Any) -> None:
    slides = {slide.shapes.title.text_frame.text: slide for slide in deck.slides}
    for section in sample().sections:
        slide = slides[section.title]
        notes = slide.notes_slide.notes_text_frame.text
        for told in (n for n in sample().numbers if n.section == section.id):
            assert told.text in "".join(texts(slide)) and f"{told.label}：{told.text}（查询 {told.query}" in notes
    assert "正文人工改为960" in slides["二、采取措施"].notes_slide.notes_text_frame.text
    assert "readings_missed (朝阳村)" in slides["三、存在问题"].notes_slide.notes_text_frame.text
    assert all(slide.notes_slide.notes_text_frame.text for slide in deck.slides)


def test_the_last_slide_lists_all_numbers_with_their_queries(deck: Any) -> None:
    listed = texts(list(deck.slides)[-1])
    assert all(n.query in " ".join(listed) and n.label in listed for n in sample().numbers)


def test_the_text_is_whole_also_where_it_goes_on_on_another_slide() -> None:
    long = "".join(f"第{n}处卡口无人值守，须补人；" for n in range(300))
    section = Section("problems", "三、存在问题", (Paragraph("head", ("（一）卡口",), "heading"), Paragraph("p", (long,))))
    slides = [s for s in opened(replace(sample(), sections=(section,))).slides if s.shapes.title.text_frame.text.startswith("三、")]
    told = [next(t for t in texts(s) if "处卡口" in t) for s in slides]
    assert len(slides) > 2
    assert "".join(told).replace("\n", "") == f"（一）卡口{long}"


def test_hostile_texts_are_text(deck: Any) -> None:
    assert any(HOSTILE in text for slide in deck.slides for text in texts(slide))
    with zipfile.ZipFile(io.BytesIO(pptx.write(sample(), sheets()))) as archive:
        outside = [n for n in archive.namelist() if n.endswith(".rels") and b'TargetMode="External"' in archive.read(n)]
    assert not outside


def test_pictures_keep_their_proportions_and_stay_on_the_slide(deck: Any) -> None:
    pictures = [shape for slide in deck.slides for shape in slide.shapes if shape.shape_type == 13]
    assert len(pictures) == 2
    for shape in pictures:
        width, height = shape.image.size
        assert shape.width / shape.height == pytest.approx(width / height, rel=1e-3)
        assert shape.left >= 0 and shape.left + shape.width <= Pt(960) and shape.top + shape.height <= Pt(500)


# Whether anything runs over, by the widths of real letters and not by the estimate.


@cache
def letter_width(letter: str) -> float:
    return face().getlength(letter) / 1000


@cache
def face() -> ImageFont.FreeTypeFont:
    found = importlib.util.find_spec("mplfonts")
    assert found and found.submodule_search_locations
    file = next(Path(found.submodule_search_locations[0]).rglob("NotoSansCJKsc-Regular.otf"))
    return ImageFont.truetype(str(file), 1000)


def drawn_lines(text: str, width_ems: float) -> int:
    """Return how many lines a text takes that is broken between Chinese letters and between words; a space hangs over the end."""
    count, used = 1, 0.0
    for unit in re.findall(r"[\u2e80-\uffff]|\s|[^\u2e80-\uffff\s]+", text):
        width = sum(map(letter_width, unit))
        if used + width > width_ems and used and not unit.isspace():
            count, used = count + 1, 0.0
        count += int(width // width_ems)
        used += width % width_ems
    return count


def text_height(frame: Any, width: float) -> float:
    total = 0.0
    for paragraph in frame.paragraphs:
        size = max((run.font.size.pt for run in paragraph.runs), default=0.0)
        indent = int(paragraph._p.pPr.get("marL") or 0) / 12700
        count = drawn_lines(paragraph.text, (width - indent) / size) if size else 1
        total += count * paragraph.line_spacing.pt + paragraph.space_before.pt
    return total


def boxes(deck: Any) -> Iterator[tuple[float, float, str]]:
    """Yield how high each text and table of a deck is drawn, how high its place is, and what it says."""
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0 and shape.left + shape.width <= Pt(960) + 1 and shape.top + shape.height <= Pt(540) + 1
            if shape.has_text_frame and shape.text_frame.text:
                yield text_height(shape.text_frame, shape.width / 12700), shape.height / 12700, shape.text_frame.text
            if shape.has_table:
                for row in shape.table.rows:
                    for cell, column in zip(row.cells, shape.table.columns, strict=True):
                        margins = 2 * cell.margin_left / 12700
                        yield text_height(cell.text_frame, column.width / 12700 - margins) + margins, row.height / 12700, cell.text


def test_nothing_runs_over_its_place() -> None:
    long = long_briefings.briefing(hostile=True, rows=12, lang="en")
    many = [number(f"n{n}", f"第{n}网格居家隔离人员中今日漏测体温的人数（含代测）", n, "problems") for n in range(60)]
    section = Section(
        "problems",
        "三、存在问题" * 8,
        tuple(
            Paragraph(f"p{n.id}", (n.label, n, "人；", "a-very-long-word" * 9, "。"), ("text", "item", "heading")[i % 3])
            for i, n in enumerate(many)
        ),
    )
    busy = replace(
        long,
        title=long.title * 5,
        unit=long.unit * 8,
        sections=(*long.sections, section),
        changes=(*long.changes, *long.tables, Table("numbers", "数字变化", ("统计内容", "原值", "现在"), ((many[0].label, "不详", "0"),))),
    )
    deck = opened(busy)
    tops = [(s.top + s.height) / 12700 for slide in deck.slides for s in slide.shapes if s.has_table]
    assert tops and max(tops) <= 497
    for drawn, place, text in boxes(deck):
        assert drawn <= place + 0.5, text


def test_the_headlines_say_what_changed_since_the_last_briefing() -> None:
    changed = Table(
        "numbers",
        "数字变化",
        ("统计内容", "原值", "现在"),
        (("出入口总数", "20", "25"), ("封闭的出入口", "不详", "13"), ("摸排完成率", "90%", "87.5%")),
    )
    told = {h.figure.id: h for h in headlines(replace(sample(), changes=(changed,)))}
    assert told["entrances"].change == "较上期 +5（上期 20）" and told["entrances_sealed"].change == "上期 不详"
    assert told["entrances_open_24h"].change == "与上期持平"
    assert {h.change for h in headlines(sample())} == {"", "人工修改，系统值 956"}
    assert "cases" not in told  # what nobody knows is not shown large
    assert told["posts_unstaffed"].alarming and not told["entrances"].alarming


def test_a_briefing_of_nothing_is_a_few_slides() -> None:
    empty = replace(sample(), sections=tuple(replace(s, paragraphs=()) for s in sample().sections), changes=(), later=(), tables=())
    deck = Presentation(io.BytesIO(pptx.write(empty, ())))
    assert [s.shapes.title.text_frame.text for s in deck.slides] == [empty.title, *(s.title for s in empty.sections), "较上期简报的变化"]
    assert any("以来没有变化" in text for text in texts(list(deck.slides)[-1]))


@given(st.text("出入口a b-，。1（", max_size=60), st.floats(1.0, 20.0))
def test_lines_hold_the_text_and_none_is_too_wide(text: str, width: float) -> None:
    ends = [0, *line_ends(text, width)]
    assert ends == sorted(ends) and ends[-1] == len(text)
    for start, end in pairwise(ends):
        assert ems(text[start:end].rstrip()) <= max(width, 1.0) + 1e-9 or end - start == 1


@given(st.lists(st.tuples(st.text("出入口 abc，", min_size=1, max_size=80), st.booleans()), max_size=8), st.floats(60, 200))
@settings(max_examples=50)
def test_pages_hold_every_paragraph_and_none_is_too_high(told: list[tuple[str, bool]], height: float) -> None:
    written = [Line((Ink(text),), 12, above=4, head=head) for text, head in told]
    pages = pptx.paginate(written, 150, height)
    assert "".join(line.text for page in pages for line in page) == "".join(text for text, _ in told)
    assert all(sum(line.height(150) for line in page) <= height + 1e-6 for page in pages)
    assert all(page for page in pages) or not told


def test_a_heading_stands_with_what_follows_it() -> None:
    body = [Line((Ink("字" * 40),), 12), Line((Ink("题"),), 12, head=True), Line((Ink("题"),), 12, head=True), Line((Ink("文" * 90),), 12)]
    for height in range(90, 400):
        pages = pptx.paginate(body, 150, height)
        assert not any(page[-1].head for page in pages)
        assert len(next(page for page in pages if page[0].head or len(page) > 2)) > 2


def test_what_fits_in_no_size_is_cut_short() -> None:
    line = fitted("出入口" * 50, Box(0, 0, 100, 20), (14, 12))
    assert line.size == 12 and line.text.endswith("…") and line.height(100) <= 20
