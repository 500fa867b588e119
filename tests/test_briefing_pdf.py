"""The briefing as PDF, read back by another library: what it says, in which faces, where its links lead."""

from __future__ import annotations

import ctypes
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pypdfium2
import pypdfium2.raw as raw
import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from briefing import model
from briefing.model import Paragraph, Table
from briefing.writers import pdf, write
from tests.long_briefings import HOSTILE, LATIN, LONG, briefing, sheets


@pytest.fixture(scope="module")
def made() -> bytes:
    return write("pdf", briefing(rows=40, hostile=True), sheets())


@pytest.fixture(scope="module")
def document(made: bytes) -> Iterator[pypdfium2.PdfDocument]:
    with pypdfium2.PdfDocument(made) as found:
        yield found


def flat(text: str) -> str:
    """Return a text without what setting it in lines adds: spaces, ends of lines, and those hyphens that end a line."""
    return "".join(text.replace("\x02", "-").replace("\ufffe", "-").split())


def said(document: pypdfium2.PdfDocument) -> list[str]:
    return [flat(page.get_textpage().get_text_range()) for page in document]


def links(document: pypdfium2.PdfDocument, number: int) -> list[tuple[str, int]]:
    """Return the text under each link of a page and the page it leads to."""
    page, found, at = document[number], [], ctypes.c_int(0)
    text, link, box = page.get_textpage(), raw.FPDF_LINK(), raw.FS_RECTF()
    while raw.FPDFLink_Enumerate(page, at, link):
        assert raw.FPDFLink_GetAnnotRect(link, box)
        where = raw.FPDFLink_GetDest(document, link)
        assert where, "a link that leads nowhere"
        inside = text.get_text_bounded(box.left, box.bottom, box.right, box.top)
        found.append((flat(inside), raw.FPDFDest_GetDestPageIndex(document, where)))
    return found


def test_it_says_every_sentence_and_texts_that_look_like_source_stay_texts(document: pypdfium2.PdfDocument) -> None:
    found = briefing(hostile=True)
    # The head and the number of each page stand between what goes over its end.
    whole = "".join(page.removeprefix("内部使用演示数据").removesuffix(f"—{n}—") for n, page in enumerate(said(document), 1))
    sentences = [
        *(flat(paragraph.text) for section in found.sections for paragraph in section.paragraphs if not paragraph.edited),
        *(flat(section.title) for section in found.sections),
        *map(flat, (*HOSTILE, LONG, LATIN, found.title, found.unit, "截至2020年2月12日18:00")),
        "居家隔离21（人工修改，系统值19）人，较昨日增加2（人工填写）人。",
        "附件：1.较上期简报的变化2.附表3.附图4.截止后补报情况5.数据出处",
    ]
    assert [sentence for sentence in sentences if sentence not in whole] == []
    assert "\ufffd" not in whole


def test_every_letter_has_its_glyph_and_the_faces_are_noto_alone(document: pypdfium2.PdfDocument) -> None:
    faces: set[str] = set()
    for page in document:
        for found in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
            font = found.get_font()
            assert font.is_embedded
            faces.add(font.get_base_name().split("+")[1])
    assert faces == {"NotoSerifCJKsc-Regular", "NotoSansCJKsc-Regular"}
    letters = {letter for page in said(document) for letter in page}
    path = next(font.path for font in pdf.fonts().fonts() if font.family == "Noto Serif CJK SC")
    assert path
    assert letters <= set(map(chr, TTFont(path).getBestCmap()))


def test_a_letter_that_the_faces_lack_is_a_geta_as_on_the_maps() -> None:
    strange = "\U0001f637"  # a face with a mask
    found = replace(briefing(), title=f"简报{strange}", tables=(Table("t", strange, ("名称",), ((f"东门{strange}Ӿ",),)),))
    section = replace(found.sections[0], paragraphs=(Paragraph("x", (f"“{strange}\ufe0f”",)),))
    with pypdfium2.PdfDocument(write("pdf", replace(found, sections=(section,)), ())) as document:
        whole = "".join(said(document))
        assert strange not in whole and all(told in whole for told in ("简报〓", "“〓”", "东门〓〓"))
        assert document.get_metadata_dict()["Title"] == "简报〓"


def test_each_number_leads_to_its_row_and_the_row_back(document: pypdfium2.PdfDocument) -> None:
    pages = said(document)
    body, appendix = 0, next(n for n, page in enumerate(pages) if "附件5数据出处" in page)
    forth = [(text, where) for n in range(2) for text, where in links(document, n)]
    for number in model.document(briefing(), [])["numbers"]:
        assert (flat(number["text"]), appendix) in forth, number["id"]
    back = links(document, appendix)
    for n, number in enumerate(briefing().numbers, 1):
        assert any(text == str(n) and where < 2 for text, where in back), number.id
    assert ("居家隔离21人，较昨日增加2人。", body) in back
    # The list of annexes leads to each.
    assert [pages[where].removeprefix("内部使用演示数据")[:3] for _text, where in forth[-5:]] == [f"附件{n}" for n in range(1, 6)]


def test_pages_are_a4_marked_and_numbered_and_maps_lie_as_they_are_drawn(document: pypdfium2.PdfDocument) -> None:
    sizes = [tuple(round(side / 72 * 25.4) for side in page.get_size()) for page in document]
    assert set(sizes) == {(210, 297), (297, 210)}
    pages = said(document)
    assert all(page.startswith("内部使用演示数据") and page.endswith(f"—{n}—") for n, page in enumerate(pages, 1))
    for caption, size in (("图1青禾镇防控一张图", (297, 210)), ("图2较上次简报的变化", (210, 297)), ("图3出入口一张图", (297, 210))):
        assert sizes[next(n for n, page in enumerate(pages) if caption in page)] == size
    # A table over several pages has its heading on each.
    assert sum("编号名称方式人数" in page for page in pages) > 1


def test_nothing_runs_off_the_page(document: pypdfium2.PdfDocument) -> None:
    for page in document:
        width, height = page.get_size()
        for found in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_IMAGE]):
            left, bottom, right, top = found.get_bounds()
            assert left > 25 / 25.4 * 72 - 1, found.get_bounds()
            assert right < width - 25 / 25.4 * 72 + 1
            assert 20 < bottom < top < height - 20


def test_it_is_titled_and_tagged_and_dated_by_its_cutoff(document: pypdfium2.PdfDocument) -> None:
    told = document.get_metadata_dict()
    assert (told["Title"], told["Author"]) == (briefing().title, briefing().unit)
    assert told["CreationDate"] == told["ModDate"] == "D:20200212100000Z"
    assert raw.FPDFCatalog_IsTagged(document)


def test_the_same_briefing_makes_the_same_file(made: bytes) -> None:
    found = briefing(rows=40, hostile=True)
    assert made == write("pdf", found, sheets())
    assert made != write("pdf", replace(found, cutoff=found.cutoff - timedelta(days=1)), sheets())


def test_pages_can_be_had_as_pictures(document: pypdfium2.PdfDocument) -> None:
    found = pdf.pages(briefing(rows=40, hostile=True), sheets(), 36)
    assert len(found) == len(document)
    assert Image.open(io.BytesIO(found[0])).size == (298, 421)


def test_a_briefing_of_next_to_nothing_is_a_page(document: pypdfium2.PdfDocument) -> None:
    bare = replace(briefing(), tables=(), changes=(), later=(), demo=False)
    empty = replace(bare, sections=tuple(replace(section, paragraphs=(Paragraph("x", ("",), edited=True),)) for section in bare.sections))
    with pypdfium2.PdfDocument(write("pdf", empty, ())) as found:
        assert len(found) == 2
        assert "（已删去）" in said(found)[1]
        assert said(found)[0].startswith("内部使用青禾镇")


def test_a_text_of_several_pages_is_printed_whole_also_in_a_table() -> None:
    found = briefing(rows=0)
    long = "".join(f"第{n}项措施已经落实，" for n in range(900))
    section = replace(found.sections[0], paragraphs=(Paragraph("long", (long,), edited=True),))
    with pypdfium2.PdfDocument(write("pdf", replace(found, sections=(section,)), ())) as document:
        whole = "".join(page.removeprefix("内部使用演示数据").removesuffix(f"—{n}—") for n, page in enumerate(said(document), 1))
    assert all(whole.count(f"第{n}项措施已经落实，") == 2 for n in range(900))


@pytest.mark.parametrize(("lang", "told"), [("en", "Annex1"), ("zh_HK", "附件1")])
def test_words_are_in_the_language_of_the_briefing(lang: str, told: str) -> None:
    with pypdfium2.PdfDocument(write("pdf", briefing(lang=lang), ())) as found:
        assert any(told in page for page in said(found))
