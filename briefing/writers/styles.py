"""The styles of an official document (GB/T 9704-2012), made in a Word document where they are missing; those that are there stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from docx.oxml.ns import qn

from briefing.writers.word import Element, el

# The faces the standard names. They are named, not shipped; ALTERNATIVES are what a machine without them has.
SONG_TITLE, FANG, HEI, KAI, SONG = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
LATIN = "Times New Roman"
ALTERNATIVES = {SONG_TITLE: "华文中宋", FANG: "仿宋", HEI: "SimHei", KAI: "楷体", SONG: "SimSun"}
LINE = 28.0  # points: 22 lines a page
# 28 characters a line: 16 pt less a quarter of a point each. (A grid of characters says so too, but LibreOffice sets it apart.)
TIGHTER = -5  # twentieths of a point


@dataclass(frozen=True)
class Style:
    """A style by its name in Word: sizes in points, indents in characters, ``line`` exact (None: as high as the text)."""

    name: str
    id: str
    face: str = FANG
    size: float = 16
    align: Literal["both", "left", "center", "right"] = "both"
    indent: int = 0
    line: float | None = LINE
    before: float = 0
    after: float = 0
    outline: int | None = None
    keep_next: bool = False
    new_page: bool = False
    left: int = 0  # characters
    right: int = 0


# Names of Word's own are English in the file and in the reader's language on the screen; ours are for readers of Chinese.
TITLE, SUBTITLE, HEADING, SUBHEADING, BODY, ITEM = "Title", "Subtitle", "heading 1", "heading 2", "Body Text", "List Paragraph"
ANNEX, ANNEX_TITLE, NOTE, CAPTION = "附件编号", "附件标题", "附件说明", "caption"
CELL, CELL_SMALL, CELL_FIGURE, CELL_HEAD, PICTURE, PICTURE_CAPTION = "表格文字", "表格小字", "表格数字", "表格标题行", "附图", "附图标题"
NUMBER, BY_HAND, GRID = "数据", "人工修改", "Table Grid"
HEADER, FOOTER, FOOTER_EVEN = "header", "footer", "偶数页页脚"

STYLES = (
    Style("Normal", "Normal"),
    Style(TITLE, "Title", SONG_TITLE, 22, "center", line=35, after=7),
    Style(SUBTITLE, "Subtitle", KAI, 16, "center"),
    Style(HEADING, "Heading1", HEI, 16, indent=2, outline=0, keep_next=True),
    Style(SUBHEADING, "Heading2", KAI, 16, indent=2, outline=1, keep_next=True),
    Style(BODY, "BodyText", FANG, 16, indent=2),
    Style(ITEM, "ListParagraph", FANG, 16, indent=2),
    Style(ANNEX, "Annex", HEI, 16, "left", outline=0, keep_next=True, new_page=True),
    Style(ANNEX_TITLE, "AnnexTitle", SONG_TITLE, 22, "center", line=35, before=7, after=7, keep_next=True),
    Style(NOTE, "AnnexNote", KAI, 14, "center", after=6, keep_next=True),
    Style(CAPTION, "Caption", HEI, 12, "center", line=24, keep_next=True),
    Style(CELL, "TableText", FANG, 10.5, "left", line=None),
    Style(CELL_SMALL, "TableSmall", FANG, 9, "left", line=None),
    Style(CELL_FIGURE, "TableFigure", FANG, 10.5, "right", line=None),
    Style(CELL_HEAD, "TableHead", HEI, 10.5, "center", line=None, keep_next=True),
    Style(PICTURE, "Picture", FANG, 10.5, "center", line=None, keep_next=True),
    Style(PICTURE_CAPTION, "PictureCaption", HEI, 12, "center", line=24),
    Style(HEADER, "Header", HEI, 10.5, "left", line=None),
    Style(FOOTER, "Footer", SONG, 14, "right", line=None, right=1),
    Style(FOOTER_EVEN, "FooterEven", SONG, 14, "left", line=None, left=1),
)


def fonts(face: str) -> Element:
    """Return the faces of a text: Chinese in ``face``, Latin letters in Times New Roman."""
    return el("rFonts", ascii=LATIN, hAnsi=LATIN, eastAsia=face, cs=LATIN)


def paragraph_style(style: Style) -> Element:
    """Return the definition of a paragraph style; it leans on no other."""
    sized = round(style.size * 2)
    spacing: dict[str, object] = {"before": round(style.before * 20), "after": round(style.after * 20)}
    spacing |= {"line": round(style.line * 20), "lineRule": "exact"} if style.line else {"line": 240, "lineRule": "auto"}
    # Both: the characters for Word, the twips for what does not know them.
    characters = {"firstLine": style.indent, "left": style.left, "right": style.right}
    indents = {f"{name}Chars": n * 100 for name, n in characters.items()} | {
        name: round(n * style.size * 20) for name, n in characters.items()
    }
    layout = el(
        "pPr",
        el("keepNext") if style.keep_next else None,
        el("pageBreakBefore") if style.new_page else None,
        None if style.line else el("snapToGrid", val=0),
        el("spacing", **spacing),
        el("ind", **indents),
        el("jc", val=style.align),
        None if style.outline is None else el("outlineLvl", val=style.outline),
    )
    letters = el(
        "rPr",
        fonts(style.face),
        el("color", val="000000"),
        el("spacing", val=TIGHTER) if style.size == 16 else None,
        el("sz", val=sized),
        el("szCs", val=sized),
    )
    own = {"default": 1} if style.name == "Normal" else {} if style.name in _OF_WORD else {"customStyle": 1}
    return el("style", el("name", val=style.name), el("qFormat"), layout, letters, type="paragraph", styleId=style.id, **own)


_OF_WORD = {TITLE, SUBTITLE, HEADING, SUBHEADING, BODY, ITEM, CAPTION, HEADER, FOOTER}


def _others() -> tuple[Element, ...]:
    edges = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = el("tblBorders", *(el(edge, val="single", sz=4, space=0, color="000000") for edge in edges))
    room = el("tblCellMar", *(el(side, w=width, type="dxa") for side, width in (("top", 30), ("left", 70), ("bottom", 30), ("right", 70))))
    return (
        el("style", el("name", val=NUMBER), el("rPr", el("color", val="1F3864")), type="character", styleId="Figure", customStyle=1),
        el("style", el("name", val=BY_HAND), el("rPr", el("u", val="wave")), type="character", styleId="ByHand", customStyle=1),
        el("style", el("name", val=GRID), el("tblPr", borders, room), type="table", styleId="TableGrid"),
    )


def definitions() -> tuple[Element, ...]:
    """Return the definitions of all styles."""
    return (*map(paragraph_style, STYLES), *_others())


def completed(styles: Element) -> dict[str, str]:
    """Add the styles that are missing to those of a document, in place; return the id of each by its name."""
    for made in definitions():
        ids = {found.get(qn("w:styleId")) for found in styles.findall(qn("w:style"))}
        name = made.find(qn("w:name")).get(qn("w:val"))
        if name.lower() in _by_name(styles):
            continue
        if made.get(qn("w:styleId")) in ids:
            made.set(qn("w:styleId"), f"EpiGrid{made.get(qn('w:styleId'))}")
        if made.get(qn("w:default")) is not None and any(found.get(qn("w:default")) for found in styles.findall(qn("w:style"))):
            del made.attrib[qn("w:default")]
        styles.append(made)
    found = _by_name(styles)
    return {name: found[name.lower()] for name in (*(style.name for style in STYLES), NUMBER, BY_HAND, GRID)}


def _by_name(styles: Element) -> dict[str, str]:
    named = ((style.find(qn("w:name")), style.get(qn("w:styleId"))) for style in styles.findall(qn("w:style")))
    return {name.get(qn("w:val"), "").lower(): str(key) for name, key in named if name is not None and key}
