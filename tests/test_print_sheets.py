"""Printed sheets: what stands where, that nothing is lost, and that the same input gives the same bytes."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import pypdfium2
import pytest
import shapely
from PIL import Image

from briefing.maps.content import Content, Drawn, Entry, Paper
from briefing.maps.draw import clean, pages, render
from briefing.maps.ground import Box
from briefing.maps.layout import Plan, plan
from briefing.maps.styles import STYLES
from tests import printing
from words import translator

PAPERS = [Paper(size, landscape) for size in ("A4", "A3") for landscape in (False, True)] + [Paper("wide")]
SMALL = Paper("A4", dpi=60)
CONTENTS = {
    "plain": printing.content(),
    "long": printing.content(title="疫情防控出入口管控作战指挥图" * 5, gates=60),
    "gates": printing.content(gates=400),
    "bare": printing.content(table=None, locator=None, legend=(), figures=(), marks=(), credits=(), notes=()),
    "full": printing.content(
        gates=40,
        legend=tuple(
            Entry(style, f"第{n}种图例的名称，名称很长也不能被裁掉" if n % 9 == 0 else f"图例{n}", n) for n, style in enumerate(STYLES)
        ),
        notes=("图上未画的内容说明。" * 12,) * 3,
        figures=tuple((f"指标{n} = 甲 {n} + 乙 {n}", f"{n * 1234:,}") for n in range(12)),
    ),
}
zh = translator("zh_CN")


def boxes(made: Plan) -> dict[str, Box]:
    named = {name: getattr(made, name) for name in ("header", "map", "strip", "legend", "notes", "locator", "table")}
    return {name: box for name, box in named.items() if box}


def clash(a: Box, b: Box) -> bool:
    return min(a.right, b.right) - max(a.x, b.x) > 0.01 and min(a.top, b.top) - max(a.y, b.y) > 0.01


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: f"{paper.size}{'-landscape' * paper.landscape}")
@pytest.mark.parametrize("name", CONTENTS)
def test_every_part_has_its_place_inside_the_neat_line(name: str, paper: Paper) -> None:
    content = CONTENTS[name]
    made = plan(content, paper, zh)
    found = boxes(made)
    for part, box in found.items():
        assert box.x >= made.neat.x and box.right <= made.neat.right, part
        assert box.y >= made.neat.y - 0.01 and box.top <= made.neat.top + 0.01, part
    assert not [pair for pair in combinations(found, 2) if clash(found[pair[0]], found[pair[1]])]
    parts = made.parts
    assert parts.header.height(found["header"].width) <= found["header"].height + 0.01
    for part, drawn in (("legend", parts.legend), ("notes", parts.notes)):
        assert not drawn.height(200.0) or drawn.height(found[part].width) <= found[part].height + 0.01, f"{part} is clipped"
    if content.table:
        assert made.printed <= len(content.table.rows)
        assert made.printed >= 4 or name == "full"  # a legend of all there is leaves no room
    assert made.map.width * made.map.height > 0.3 * made.width * made.height


def text(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def test_a_pdf_holds_every_row_and_the_pages_continue() -> None:
    found = text(render(printing.content(gates=2, rows=400), SMALL, "pdf"))
    assert len(found) > 1
    everything = "\n".join(found)
    assert all(re.search(rf"\b{n}号东门", everything) for n in range(1, 401))
    assert "第 2 页" in found[1]
    assert all("内部使用" in page and "演示数据" in page for page in found)
    assert "出入口管控图" in found[0] and "截至 2月12日 18:00" in found[0]


def test_a_picture_says_how_many_rows_are_not_printed() -> None:
    content = clean(printing.content(gates=2, rows=400))
    notes = _notes(pages(content, SMALL, "png")[0])
    told = next(note for note in notes if "行未印在本图上" in note)
    printed = 400 - int(re.search(r"另有 (\d+) 行", told)[1])  # type: ignore[index]
    made = plan(content, SMALL, zh, (told,))
    assert made.printed == printed


def _notes(surface: object) -> list[str]:
    stream = io.BytesIO()
    surface.figure.savefig(stream, format="pdf")  # type: ignore[attr-defined]
    return [line.replace("\r", "") for line in "".join(text(stream.getvalue())).replace("\r\n", "").split("。")]


def test_sizes_on_paper() -> None:
    for paper, (width, height) in {
        Paper("A4"): (210, 297),
        Paper("A3", landscape=True): (420, 297),
        Paper("wide"): (338.67, 190.5),
    }.items():
        document = pypdfium2.PdfDocument(render(CONTENTS["bare"], paper, "pdf"))
        assert document[0].get_size() == pytest.approx((width / 25.4 * 72, height / 25.4 * 72), abs=0.1)
        document.close()
    picture = Image.open(io.BytesIO(render(CONTENTS["bare"], Paper("A4", dpi=100), "png")))
    assert picture.size == (826, 1169) and picture.info["dpi"] == pytest.approx((100, 100), abs=0.1)


def test_the_same_input_gives_the_same_bytes_in_another_process() -> None:
    here = [hashlib.sha256(render(printing.content(gates=8), SMALL, form)).hexdigest() for form in ("png", "pdf", "svg")]
    script = (
        "import hashlib; from briefing.maps.draw import render; from briefing.maps.content import Paper; from tests import printing\n"
        "for form in ('png', 'pdf', 'svg'):\n"
        "    print(hashlib.sha256(render(printing.content(gates=8), Paper('A4', dpi=60), form)).hexdigest())"
    )
    root = Path(__file__).resolve().parents[1]
    there = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, cwd=root, check=True)
    assert there.stdout.split() == here


def test_svg_is_well_formed_whatever_the_names_say() -> None:
    wicked = "<script>alert(1)</script> & \"'$x^2$ \u202e东门"
    layer = Drawn("<b>&", printing.points(1), "settlement", labels=(wicked,), must=True)
    content = printing.content(layers=(layer,), title=wicked, notes=(wicked,))
    svg = render(content, SMALL, "svg")
    root = ElementTree.fromstring(svg)
    assert not [element for element in root.iter() if element.tag.endswith("script")]
    assert b"<script>" not in svg


def test_what_no_font_has_is_said_and_not_left_a_box() -> None:
    content = clean(printing.content(title="村\U000f1234\U000f1235", notes=("甲\U000f1234",)))
    assert content.title == "村〓〓"
    assert any("2 个字" in note for note in content.notes)
    assert not any("〓" in note for note in clean(printing.content(notes=("𠮷㙍䶮",))).notes)  # rare, but Noto has them
    render(content, SMALL, "png")


def test_a_symbol_stands_where_its_coordinates_are() -> None:
    """The place of a symbol on the picture, against the position worked out from the corners of the ground."""
    spot = shapely.Point(114.93, 30.125)
    content = printing.content(layers=(Drawn("post", gpd.GeoSeries([spot], crs=4326), "entrance_open_24h"),))
    content = Content(**{**vars(content), "table": None, "legend": (), "locator": None, "figures": ()})
    paper = Paper("A4", dpi=150)
    pixels = np.asarray(Image.open(io.BytesIO(render(content, paper, "png"))).convert("RGB")).astype(int)
    green = np.argwhere(np.abs(pixels - (0, 0x9E, 0x73)).sum(axis=2) < 30)
    row, column = green.mean(axis=0)
    made = plan(content, paper, zh)
    x, y = column / 150 * 25.4, made.height - row / 150 * 25.4
    # 1 degree of latitude is 110.85 km here, of longitude 96.3 km; the scale is read from the map's own denominator.
    from briefing.maps.ground import fit

    mm = 1000 / fit(content.extent, made.map).denominator
    assert x == pytest.approx(made.map.x + made.map.width / 2 + (114.93 - 114.92) * 96_380 * mm, abs=0.5)
    assert y == pytest.approx(made.map.y + made.map.height / 2 + (30.125 - 30.115) * 110_860 * mm, abs=0.5)


def test_empty_layers_missing_shapes_and_an_extent_without_width() -> None:
    nothing = gpd.GeoSeries([None, shapely.Point(), shapely.Polygon()], crs=4326)
    names = ("甲", "乙", "丙")
    layers = tuple(Drawn(style, nothing, style, labels=names, numbers=(1, 2, 3)) for style in STYLES)
    empty = Drawn("none", gpd.GeoSeries([], crs=4326), "settlement")
    content = printing.content(layers=(*layers, empty), extent=(114.9, 30.1, 114.9, 30.1))
    assert render(content, SMALL, "png")


def test_every_style_draws_points_lines_and_areas() -> None:
    shapes = printing.series(
        [shapely.Point(114.92, 30.115), shapely.box(114.91, 30.11, 114.915, 30.12), shapely.LineString([(114.9, 30.1), (114.93, 30.12)])]
    )
    layers = tuple(Drawn(style, shapes, style, labels=("甲", "乙", "丙"), numbers=(1, 2, None)) for style in STYLES)
    assert render(printing.content(layers=layers, table=None, locator=None), SMALL, "png")
