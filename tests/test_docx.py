"""The briefing as a Word document: the layout of an official document, numbers that lead to where they come from, templates of users."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from briefing.editing import apply
from briefing.model import Briefing, Paragraph, Section
from briefing.model import document as document_of
from briefing.writers import FORMATS, Sheet, template, write
from briefing.writers.office import packed
from briefing.writers.packages import MOST_BYTES
from briefing.writers.text import clean
from errors import AccessDenied, InputError, NotFound
from queries.events import LOCAL, Viewer
from queries.store import Store, open_store
from tests.long_briefings import HOSTILE, ISOLATED, LATIN, LONG, briefing, sheets

MM = 1440 / 25.4


def written(found: Briefing | None = None, maps: tuple[Sheet, ...] = (), path: Path | None = None) -> Document:
    return docx.Document(io.BytesIO(write("docx", found or briefing(), maps, template=path)))


def parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            yield name, archive.read(name)


def attribute(element, name: str) -> str:  # type: ignore[no-untyped-def]
    return element.get(qn(name))


def text(element) -> str:  # type: ignore[no-untyped-def]
    return "".join(found.text or "" for found in element.iter(qn("w:t")))


def texts(document: Document) -> list[str]:
    return [text(found) for found in document.element.body.iter(qn("w:p"))]


def bookmarks(document: Document) -> dict[str, str]:
    """Return the text between the two ends of each bookmark, read in the order of the file."""
    open_now: dict[str, str] = {}
    found: dict[str, str] = {}
    for element in document.element.body.iter():
        if element.tag == qn("w:bookmarkStart"):
            assert attribute(element, "w:name") not in found, "a name twice"
            assert attribute(element, "w:id") not in open_now, "an id twice"
            open_now[attribute(element, "w:id")] = attribute(element, "w:name")
            found[attribute(element, "w:name")] = ""
        elif element.tag == qn("w:bookmarkEnd"):
            del open_now[attribute(element, "w:id")]
        elif element.tag == qn("w:t"):
            for name in open_now.values():
                found[name] += element.text
    assert not open_now
    return found


def rows(document: Document) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]


def style(document: Document, name: str):  # type: ignore[no-untyped-def]
    return next(found for found in document.styles.element.iter(qn("w:style")) if attribute(found.find(qn("w:name")), "w:val") == name)


def test_the_page_is_that_of_an_official_document() -> None:
    body = written().element.body
    size, margins = body.sectPr.find(qn("w:pgSz")), body.sectPr.find(qn("w:pgMar"))
    assert (attribute(size, "w:w"), attribute(size, "w:h")) == ("11906", "16838")
    sides = {side: int(attribute(margins, f"w:{side}")) for side in ("top", "bottom", "left", "right")}
    assert sides == {"top": 2098, "bottom": 1984, "left": 1587, "right": 1474}
    assert all(abs(sides[side] / MM - width) < 0.02 for side, width in {"top": 37, "bottom": 35, "left": 28, "right": 26}.items())
    # 22 lines of 28 points go on a page, and 23 do not; 28 letters of 15.75 points go in a line, and 29 do not.
    down, across = 16838 - sides["top"] - sides["bottom"], 11906 - sides["left"] - sides["right"]
    assert down // 560 == 22
    assert across // (320 - 5) == 28


@pytest.mark.parametrize(
    ("name", "face", "size", "line"),
    [
        ("Title", "方正小标宋简体", "44", "700"),
        ("Body Text", "仿宋_GB2312", "32", "560"),
        ("List Paragraph", "仿宋_GB2312", "32", "560"),
        ("heading 1", "黑体", "32", "560"),
        ("heading 2", "楷体_GB2312", "32", "560"),
        ("footer", "宋体", "28", "240"),
    ],
)
def test_each_style_names_its_chinese_face_and_its_size(name: str, face: str, size: str, line: str) -> None:
    found = style(written(), name)
    fonts = found.find(qn("w:rPr")).find(qn("w:rFonts"))
    assert attribute(fonts, "w:eastAsia") == face
    assert attribute(fonts, "w:ascii") == attribute(fonts, "w:hAnsi") == "Times New Roman"
    assert attribute(found.find(qn("w:rPr")).find(qn("w:sz")), "w:val") == size
    spacing = found.find(qn("w:pPr")).find(qn("w:spacing"))
    assert (attribute(spacing, "w:line"), attribute(spacing, "w:lineRule")) == (line, "auto" if line == "240" else "exact")
    indents = found.find(qn("w:pPr")).find(qn("w:ind"))
    assert attribute(indents, "w:firstLineChars") == ("0" if name in ("Title", "footer") else "200")


def test_every_paragraph_has_one_of_the_styles_and_none_its_own_face() -> None:
    document = written(briefing(hostile=True), sheets())
    ids = {attribute(found, "w:styleId") for found in document.styles.element.iter(qn("w:style"))}
    used = {attribute(found, "w:val") for tag in ("w:pStyle", "w:rStyle", "w:tblStyle") for found in document.element.iter(qn(tag))}
    assert used <= ids
    assert not list(document.element.body.iter(qn("w:rFonts")))


def test_no_theme_and_chinese_as_the_language() -> None:
    for name, data in parts(write("docx", briefing(), sheets())):
        assert "theme" not in name
        assert b"Theme=" not in data, name
    defaults = written().styles.element.find(qn("w:docDefaults"))
    assert attribute(next(defaults.iter(qn("w:lang"))), "w:eastAsia") == "zh-CN"
    assert attribute(next(defaults.iter(qn("w:rFonts"))), "w:eastAsia") == "仿宋_GB2312"


def test_the_number_of_the_page_stands_outside_on_both_sides() -> None:
    document = written()
    assert document.settings.odd_and_even_pages_header_footer
    section = document.sections[0]
    for footer, align in ((section.footer, "right"), (section.even_page_footer, "left")):
        found = footer.paragraphs[0]._p
        assert "".join(t.text for t in found.iter(qn("w:t"), qn("w:instrText"))) == "—  PAGE 1 —"
        layout = style(document, "footer" if align == "right" else "偶数页页脚").find(qn("w:pPr"))
        assert attribute(layout.find(qn("w:jc")), "w:val") == align
        assert attribute(layout.find(qn("w:ind")), f"w:{align}Chars") == "100"
    assert {section.header.paragraphs[0].text, section.even_page_header.paragraphs[0].text} == {"内部使用　演示数据"}
    assert written(replace(briefing(), demo=False)).sections[0].header.paragraphs[0].text == "内部使用"


def test_every_number_is_in_the_bookmark_of_its_name_and_leads_to_its_row_and_back() -> None:
    found = briefing()
    document = written(found, sheets())
    marks = bookmarks(document)
    printed = {number["id"]: number["text"] for number in document_of(found, [])["numbers"]}
    assert {number.id: marks[number.id] for number in found.numbers} == printed
    assert printed["isolated_now"] == "21"
    links = [(attribute(link, "w:anchor"), link) for link in document.element.body.iter(qn("w:hyperlink"))]
    assert {anchor for anchor, _link in links} <= set(marks)
    table = {row[0]: row for row in rows(document) if len(row) == 5 and row[0] in map(str, range(1, 100)) and row[4] == "2月12日 18:00"}
    for n, number in enumerate(found.numbers, 1):
        assert table[str(n)][1] == number.label
        assert table[str(n)][2].startswith(number.text)
        assert number.query in table[str(n)][3]
        forth = [link for anchor, link in links if anchor == f"_n{n}"]
        # What came later is told beside what the system said.
        assert printed[number.id] in {text(link) for link in forth} <= {printed[number.id], number.text}
        back = next(link for anchor, link in links if anchor == number.id)
        assert back.getparent().getparent().tag == qn("w:tc")
    # A number that comes twice is linked twice, and is one bookmark.
    assert Counter(anchor for anchor, _link in links)["_n2"] == 2


def test_what_was_written_by_hand_is_marked_with_what_the_system_says() -> None:
    document = written()
    paragraph = next(found for found in document.paragraphs if found.text.startswith("居家隔离"))
    assert text(paragraph._p) == "居家隔离21（人工修改，系统值19）人，较昨日增加2（人工填写）人。"
    by_hand = attribute(style(document, "人工修改"), "w:styleId")
    marked = [found for found in paragraph._p.iter(qn("w:r")) if by_hand in [attribute(s, "w:val") for s in found.iter(qn("w:rStyle"))]]
    assert [text(found) for found in marked] == ["21", "2"]
    assert attribute(next(style(document, "人工修改").iter(qn("w:u"))), "w:val") == "wave"
    assert ["1", "一、防疫情况", "居家隔离21人，较昨日增加2人。"] in rows(document)
    assert bookmarks(document)["_e1"] == text(paragraph._p)


@pytest.mark.parametrize("body", ["居家隔离20人。", "解除隔离21人。", "居家隔离19人。", "居家隔离一半人。", "居家隔离若干。", "21、22。"])
def test_what_json_tells_stands_in_the_bookmarks_also_after_an_edit(body: str) -> None:
    found = briefing()
    twice = Paragraph("again", ("（居家隔离", ISOLATED, "人）"))
    first = found.sections[0]
    found = replace(found, sections=(replace(first, paragraphs=(twice, *first.paragraphs)), *found.sections[1:]))
    found = apply(found, {"situation_people": body, "measures_screening": "入户摸排完成98%，封闭出入口613个。"})
    marks = bookmarks(written(found))
    told = {number["id"]: number["text"] for number in document_of(found, [])["numbers"]}
    assert {name: marks[name] for name in told} == told and told["screened_share"] == "98%"


def test_a_number_that_was_removed_or_whose_words_changed_is_told_with_what_the_system_says() -> None:
    edits = {"measures_screening": "入户摸排完成大部分，未封闭出入口613个。"}
    document = written(apply(briefing(), edits))
    printed = next(text(found) for found in document.element.body.iter(qn("w:p")) if text(found).startswith("入户"))
    assert printed == "入户摸排完成大部分，未封闭出入口613（文字人工修改，系统统计的是“已封闭的出入口”：613）个。"
    told = f"{edits['measures_screening']}（删去数字：摸排进度，系统值97.5%）"
    assert ["2", "二、采取措施", told] in rows(document)


def test_a_paragraph_taken_out_is_told_in_the_appendix_alone() -> None:
    found = briefing()
    gone = replace(found.sections[1], paragraphs=(replace(found.sections[1].paragraphs[0], runs=("",), edited=True),))
    document = written(replace(found, sections=(found.sections[0], gone, *found.sections[2:])))
    assert ["2", "二、采取措施", "（已删去）"] in rows(document)
    assert "_e2" not in bookmarks(document)
    assert not any(attribute(link, "w:anchor") == "_e2" for link in document.element.body.iter(qn("w:hyperlink")))


def test_annexes_are_changes_tables_maps_what_came_later_and_the_numbers() -> None:
    document = written(briefing(), sheets())
    headings = [found.text for found in document.paragraphs if found.text.startswith("附件") and found.style.name == "附件编号"]
    assert headings == ["附件1", "附件2", "附件3　附图", "附件4", "附件5"]
    captions = [found.text for found in document.paragraphs if found.style.name == "附图标题"]
    assert captions == ["图1　青禾镇防控一张图", "图2　较上次简报的变化", "图3　出入口一张图"]
    assert ["正在居家隔离的人员", "19", "23"] in rows(document)
    assert ["东门卡口", "劝返", "查验"] in rows(document)
    assert not any("空表" in found for found in texts(document))
    bare = replace(briefing(), tables=(), changes=(), later=())
    assert [found.text for found in written(bare).paragraphs if found.style.name == "附件编号"] == ["附件1"]


def test_the_first_row_of_a_table_comes_again_and_no_row_is_cut() -> None:
    for table in written().tables:
        kept = [found.find(qn("w:trPr")) for found in table._tbl.iter(qn("w:tr"))]
        assert [found.find(qn("w:tblHeader")) is not None for found in kept] == [True, *[False] * (len(kept) - 1)]
        assert all(found.find(qn("w:cantSplit")) is not None for found in kept)


def test_wide_maps_and_tables_lie_on_turned_pages_and_every_picture_fits_its_page() -> None:
    document = written(briefing(), sheets())
    turned = [section.page_width > section.page_height for section in document.sections]
    assert turned == [False, True, False, True, False]
    where: dict[int, tuple[int, int, int]] = {}
    n = 0
    for element in document.element.body:
        for picture in element.iter(qn("wp:extent")):
            where[len(where)] = (n, int(picture.get("cx")), int(picture.get("cy")))
        n += len(list(element.iter(qn("w:sectPr"))))
    assert [turned[n] for n, _width, _height in where.values()] == [True, False, True]
    for (n, width, height), (across, down) in zip(where.values(), [(1400, 990), (990, 1400), (1400, 990)], strict=True):
        section = document.sections[n]
        assert width <= section.page_width - section.left_margin - section.right_margin
        assert height <= section.page_height - section.top_margin - section.bottom_margin
        assert abs(width / height - across / down) < 0.001


def test_the_same_briefing_makes_the_same_file() -> None:
    first = write("docx", briefing(), sheets())
    assert first == write("docx", briefing(), sheets())
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist()[0] == "[Content_Types].xml"
    told = docx.Document(io.BytesIO(first)).core_properties
    assert (told.title, f"{told.created:%Y-%m-%d %H:%M}") == (briefing().title, "2020-02-12 10:00")
    assert template.default() == template.default()


def test_texts_that_look_like_markup_stay_texts() -> None:
    found = texts(written(briefing(hostile=True)))
    assert set(HOSTILE) <= set(found)
    assert any(LONG in line for line in found)
    assert any(LATIN in line for line in found)


@settings(max_examples=25)
@given(st.text(), st.text())
def test_any_text_makes_a_document_that_says_it(said: str, title: str) -> None:
    section = Section("situation", "一、防疫情况", (Paragraph("a", (f"“{said}”",)),))
    document = written(replace(briefing(), sections=(section,), title=f"简报{title}", tables=(), changes=(), later=()))
    assert clean(f"“{said}”") in texts(document)
    assert clean(f"简报{title}") == texts(document)[0]


@pytest.mark.parametrize(("lang", "told"), [("en", "Annex 1"), ("zh_HK", "附件1")])
def test_words_are_in_the_language_of_the_briefing(lang: str, told: str) -> None:
    assert told in texts(written(briefing(lang=lang)))


def test_there_are_five_formats() -> None:
    assert FORMATS == ("docx", "pdf", "pptx", "html", "xlsx")
    with pytest.raises(InputError, match="There is no format doc"):
        write("doc", briefing(), ())


# Templates of users


def own(path: Path, *lines: str) -> Path:
    """Write a template: a red letterhead, lines each cut into runs of three letters as Word does, a seal line at the end."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "青禾镇人民政府文件 {{marks}}"
    document.sections[0].different_first_page_header_footer = True
    document.styles["Heading 1"].font.name = "Courier New"
    for line in lines:
        paragraph = document.add_paragraph()
        for n in range(0, len(line), 3):
            paragraph.add_run(line[n : n + 3])
    document.add_paragraph("印发机关：{{unit}}")
    document.save(str(path))
    return path


def test_a_template_keeps_its_letterhead_its_styles_and_what_it_says(tmp_path: Path) -> None:
    path = own(tmp_path / "红头.docx", "【{{ title }}】（{{area}}，{{date}}，{{cutoff}}）", "{{body}}", "{{annexes}}")
    document = written(briefing(), sheets(), path)
    assert document.paragraphs[0].text == "【青禾镇新冠肺炎疫情防控工作情况晚间简报】（青禾镇，2020年2月12日，截至2020年2月12日 18:00）"
    assert document.sections[0].header.paragraphs[0].text == "青禾镇人民政府文件 内部使用　演示数据"
    assert document.paragraphs[-1].text == "印发机关：青禾镇疫情防控指挥部"
    headings = [found for found in document.paragraphs if found.style.name == "Heading 1"]
    assert headings[0].text == "一、防疫情况"
    assert headings[0].style.font.name == "Courier New"
    assert attribute(next(style(document, "附件标题").iter(qn("w:rFonts"))), "w:eastAsia") == "方正小标宋简体"
    assert bookmarks(document)["entrances_all"] == "1,025"
    # The letterhead of the first page is on the first page only.
    assert [section.different_first_page_header_footer for section in document.sections] == [True, *[False] * (len(document.sections) - 1)]


def test_annexes_come_last_where_the_template_has_no_place_for_them(tmp_path: Path) -> None:
    found = texts(written(path=own(tmp_path / "a.docx", "{{body}}")))
    assert found.index("印发机关：青禾镇疫情防控指挥部") < found.index("附件1")


def test_our_own_template_can_be_changed_and_used(tmp_path: Path) -> None:
    path = tmp_path / "ours.docx"
    path.write_bytes(template.default())
    assert write("docx", briefing(), sheets(), template=path) == write("docx", briefing(), sheets())


def test_an_earlier_briefing_can_become_a_template(tmp_path: Path) -> None:
    document = written(briefing(), sheets())
    document.paragraphs[0].insert_paragraph_before("{{body}}")
    document.save(str(tmp_path / "a.docx"))
    assert bookmarks(written(path=tmp_path / "a.docx"))["entrances_all"] == "1,025"


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (("{{title}}",), "needs {{body}} exactly once"),
        (("{{body}}", "{{body}}"), "needs {{body}} exactly once"),
        (("正文：{{body}}",), "must stand in a paragraph of its own"),
        (("{{body}}", "{{secret}}"), "nothing to put for {{secret}}"),
    ],
)
def test_a_template_whose_placeholders_do_not_fit_is_refused(tmp_path: Path, lines: tuple[str, ...], told: str) -> None:
    with pytest.raises(InputError) as caught:
        written(path=own(tmp_path / "a.docx", *lines))
    assert told in str(caught.value)


def test_a_body_in_a_table_is_refused(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_table(1, 1).cell(0, 0).text = "{{body}}"
    document.save(str(tmp_path / "a.docx"))
    with pytest.raises(InputError, match="outside tables"):
        written(path=tmp_path / "a.docx")


def changed(path: Path, **members: bytes) -> Path:
    """Write our template with members put in or replaced."""
    path.write_bytes(packed({**dict(parts(template.default())), **members}))
    return path


BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "%s"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>' % (b"x" * 1000)
FIELD = (
    b'<w:p xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:instrText> DDEAU</w:instrText>'
    b"<w:instrText>TO c:\\\\x calc </w:instrText></w:p>"
)
BEGIN = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>'
SEPARATE = '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
END = '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'


def code(said: str, shown: str, within: str = "") -> bytes:
    """Return a paragraph with a field: what its code says, what stands within that, and what it shows."""
    inside = f"{said}</w:instrText></w:r>{within}<w:r><w:instrText>" if within else said
    last = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    return f"<w:p {names}>{BEGIN}{inside}{SEPARATE}{shown}{last}</w:p>".encode()


def declared(part: str) -> bytes:
    """Return our list of contents with a part declared as a footer."""
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"
    contents = dict(parts(template.default()))["[Content_Types].xml"]
    return contents.replace(b"</Types>", f'<Override PartName="/word/{part}" ContentType="{kind}"/></Types>'.encode())


OUTSIDE = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="http://example.org/x" TargetMode="External"/>'
    b"</Relationships>"
)


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"word/vbaProject.bin": b"\0"}, "has macros or embedded files"),
        ({"word/embeddings/oleObject1.bin": b"\0"}, "has macros or embedded files"),
        ({"word/footnotes.xml": BOMB}, "cannot be read"),
        ({"word/document.xml": b"<w:document"}, "cannot be read"),
        ({"word/document.xml": b"<a/>"}, "cannot be read"),
        ({"[Content_Types].xml": b"<Types/>"}, "cannot be read"),
        ({"word/_rels/header1.xml.rels": OUTSIDE % b"image"}, "shows a file that lies elsewhere: 'http://example.org/x'"),
        ({"word/_rels/header1.xml.rels": OUTSIDE % b"oleObject"}, "has macros or embedded files"),
        ({"word/media/big.bin": bytes(65 * 2**20)}, "would unpack to 65 MB"),
        ({"word/comments.xml": b"<a>" + b"<b/>" * 100_001 + b"</a>"}, "is too long"),
        ({"word/footnotes.xml": FIELD}, "has the field 'DDEAU'"),
        ({"word/footer1.dat": FIELD, "[Content_Types].xml": declared("footer1.dat")}, "has a part 'word/footer1.dat'"),
        ({"word/media/1.png": FIELD, "[Content_Types].xml": declared("media/1.png")}, "has a part 'word/media/1.png'"),
        ({"word/media/1.svg": b"<svg/>"}, "has a part 'word/media/1.svg'"),
        ({"word/footnotes.xml": code("QUOTE 73", "")}, "has the field 'QUOTE 73'"),
        ({"word/footnotes.xml": code(" ", "<w:r><w:t>x</w:t></w:r>", BEGIN + "QUOTE 73 78" + END)}, "has the field"),
        ({"word/footnotes.xml": code("PAGE ", "", BEGIN + "PAGE" + END)}, "has the field 'PAGE {}'"),
        ({"word/footnotes.xml": code("PAGE", BEGIN + "DDEAUTO c:" + END)}, "has the field 'DDEAUTO c:'"),
        ({"word/footnotes.xml": code(" ", "", "<w:r><w:t>DDE x</w:t></w:r>")}, "has the field 'DDE x'"),
        ({"word/footnotes.xml": code(" ", "", '<w:fldSimple w:instr="REF a"/>')}, "has the field '{}'"),
        ({"word/footnotes.xml": code("HYPERLINK http://example.org", "")}, "has the field 'HYPERLINK http://example.org'"),
        ({"word/footnotes.xml": code("REFERENCE x", "")}, "has the field 'REFERENCE x'"),
        (
            {"word/footnotes.xml": b'<w:p xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"><w:fldSimple w:instr="RD x"/></w:p>'},
            "has the field 'RD x'",
        ),
        ({"word/_rels/header1.xml.rels": (OUTSIDE % b"aFChunk").replace(b"External", b"Internal")}, "has macros or embedded files"),
        ({"../x": b"1"}, "names a place outside itself"),
    ],
)
def test_a_hostile_template_is_refused_with_one_sentence(tmp_path: Path, members: dict[str, bytes], told: str) -> None:
    path = changed(tmp_path / "a.docx", **members)
    with pytest.raises(InputError) as caught:
        written(path=path)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    "said",
    [
        "PAGE  \\* MERGEFORMAT",
        "numpages",
        " SECTIONPAGES ",
        'DATE \\@ "yyyy年M月d日"',
        "TOC \\o 1-3",
        'HYPERLINK \\l "_Toc1" \\h',
        "PAGEREF _Toc1 \\h",
    ],
)
def test_fields_that_tell_of_the_document_itself_pass_also_within_what_another_shows(tmp_path: Path, said: str) -> None:
    shown = BEGIN + said + SEPARATE + '<w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    assert written(path=changed(tmp_path / "a.docx", **{"word/footnotes.xml": code("TOC", shown)}))


def test_a_template_with_a_picture_and_a_font_passes(tmp_path: Path) -> None:
    contents = dict(parts(template.default()))["[Content_Types].xml"]
    kinds = {"png": "image/png", "odttf": "application/vnd.openxmlformats-officedocument.obfuscatedFont"}
    told = "".join(f'<Default Extension="{ending}" ContentType="{kind}"/>' for ending, kind in kinds.items()).encode()
    members = {
        "[Content_Types].xml": contents.replace(b"</Types>", told + b"</Types>"),
        "word/media/1.PNG": b"x",
        "word/fonts/1.odttf": b"x",
    }
    assert written(path=changed(tmp_path / "a.docx", **members))


def test_what_is_no_word_document_is_refused(tmp_path: Path) -> None:
    for name, data, told in (
        ("a.docx", b"hello", "not a zip archive"),
        ("a.docx", b"", "is empty"),
        ("a.docm", template.default(), "its name ending in .docx"),
        ("a.docx", bytes(MOST_BYTES + 1), "larger than 10 MB"),
    ):
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(InputError) as caught:
            written(path=path)
        assert told in str(caught.value)
    with pytest.raises(InputError, match="There is no file"):
        written(path=tmp_path / "none.docx")


def test_the_template_a_template_was_made_from_is_let_go(tmp_path: Path) -> None:
    document = docx.Document(str(own(tmp_path / "a.docx", "{{body}}")))
    relation = document.part._settings_part.relate_to(
        "http://192.0.2.1/x.dotm", "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate", is_external=True
    )
    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    names += 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    document.settings.element.insert(0, parse_xml(f'<w:attachedTemplate {names} r:id="{relation}"/>'))
    document.save(str(tmp_path / "a.docx"))
    assert any(b"192.0.2.1" in data for _name, data in parts((tmp_path / "a.docx").read_bytes()))
    made = write("docx", briefing(), (), template=tmp_path / "a.docx")
    assert not any(b"192.0.2.1" in data or b"attachedTemplate" in data for _name, data in parts(made))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "ws") as store:
        yield store


def test_templates_are_kept_beside_the_forms(store: Store, tmp_path: Path) -> None:
    path = own(tmp_path / "红头.docx", "{{body}}")
    assert template.add(store, LOCAL, path) == "红头.docx"
    assert template.templates(store) == ["红头.docx"]
    assert bookmarks(written(path=template.kept(store, "红头.docx")))["entrances_all"] == "1,025"
    with pytest.raises(AccessDenied):
        template.add(store, Viewer("guest", role="reader"), path)
    template.remove(store, LOCAL, "红头.docx")
    for name in ("红头.docx", "../ledger.duckdb"):
        with pytest.raises(NotFound):
            template.kept(store, name)
