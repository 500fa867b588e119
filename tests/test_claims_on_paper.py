"""What sheet, letter and briefing claim of the roads: the same sentences, of both ways to travel, and no more than is known."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import shapely

from briefing.indicators import ask
from briefing.maps import themes
from briefing.model import Number, Paragraph
from briefing.page import Page
from briefing.sections import advice, problems
from briefing.tables import tables
from briefing.view import View
from ledgers.intake.osm_import import import_osm
from ledgers.roads import claim, request_letter
from queries.store import LOCAL, Store, open_store
from tests.osm_text import bounds, node, osm_file, place, way
from tests.printed import figure, legend, listed, numbers, of_style

TOWN = bounds(0, 0, 2000, 2000)
# A road from the west to the village of A; a footpath from the north; a lane off the road to B, of which nobody knows how many live there.
VILLAGES = node(90, 1000, 1010, place="village", name="甲村", population="300") + node(91, 500, 510, place="village", name="乙村")
ROAD = (
    "".join(node(n, x, y) for n, x, y in ((1, -200, 1000), (2, 500, 1000), (3, 1000, 1000), (4, 500, 500), (5, 300, 500), (6, 700, 500)))
    + way(1, [1, 2, 3], highway="tertiary", name="东西路")
    + way(2, [2, 4], highway="residential", name="乙村路")
    + way(3, [5, 4, 6], highway="residential", name="街")
)
PATH = node(7, 1000, 2200) + way(4, [7, 3], highway="footway", name="河堤")
# The second road from outside ends 0.6 m short of the street of the first village: see the doubtful joints.
GAP = (
    node(8, 2200, 900)
    + node(9, 1000.6, 900)
    + node(10, 1000, 800)
    + way(5, [8, 9], highway="tertiary")
    + way(6, [3, 10], highway="residential")
)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Callable[..., View]]:
    opened: list[Store] = []

    def make(body: str, *, lang: str = "zh_CN", **options: str) -> View:
        store = open_store(tmp_path / "w")
        opened.append(store.__enter__())
        import_osm(opened[-1], LOCAL, osm_file(tmp_path, body), **options)  # type: ignore[arg-type]
        return View(opened[-1], LOCAL, at=opened[-1].now(), lang=lang)

    yield make
    for store in opened:
        store.__exit__(None, None, None)


def told(view: View) -> list[Paragraph]:
    taken: set[str] = set()
    return [*problems.paragraphs(Page(view, "problems", taken)), *advice.paragraphs(Page(view, "advice", taken))]


def letter(view: View) -> str:
    values = {"sender": "x", "addressee": "x", "when": "x", "dated": "x"}
    posts = view.study.proposed
    return request_letter.draft(view.study, posts, view.translate, road_class=["x"] * len(posts), other=view.on_foot, **values)


def plain(text: str) -> str:
    """Return a text without spaces and moments, which each document writes in its own way."""
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d，|\d+月\d+日\d\d:\d\d，|\s", "", text)


def test_sheet_letter_and_briefing_say_the_same_and_how_far_the_data_reach_first(made: Callable[..., View]) -> None:
    view = made(TOWN + VILLAGES + ROAD + PATH, extent=",".join(f"{v:.6f}" for v in (*place(0, 0), *place(2000, 1500))))
    reach = claim.reach(view.study).text(view.translate)
    assert reach.startswith("区域共") and "没有路网数据" in reach
    sheet, asked, said = themes.content(view, "blind-spots"), letter(view), told(view)
    assert sheet.notes[0] == reach and asked.split("\n")[3] == reach
    about = [paragraph.text for paragraph in said if "居民点" in paragraph.text or "路网" in paragraph.text]
    assert about[0] == reach
    for sentence in (
        claim.paragraph(claim.holds(view.study), view.translate),
        claim.both_modes(view.study, view.on_foot).text(view.translate),
    ):
        for document in ("".join(sheet.notes), asked, "".join(paragraph.text for paragraph in said)):
            assert plain(sentence) in plain(document), sentence
    for text in claim.assumptions(view.study):
        assert text.text(view.translate) in asked
        assert any(text.text(view.translate) == row[0] for table in tables(view) if table.id == "assumed" for row in table.rows)


def test_the_numbers_of_the_claim_are_indicators(made: Callable[..., View]) -> None:
    view = made(TOWN + VILLAGES + ROAD + PATH)
    runs = [run for paragraph in told(view) for run in paragraph.runs]
    found = {(run.query, run.of): run for run in runs if isinstance(run, Number)}
    for key in (
        ("roads.region_km2", None),
        ("claim.exposed", "drive"),
        ("claim.exposed", "walk"),
        ("claim.posts", "drive"),
        ("claim.posts", "walk"),
    ):
        assert ask(view, *key) == found[key].value
    assert found["claim.posts", "drive"].value == 1 and found["claim.posts", "walk"].value == 2
    assert any("乘车 1，步行 2（另在河堤）" in paragraph.text for paragraph in told(view))


def test_an_unknown_population_is_never_a_person(made: Callable[..., View]) -> None:
    view = made(TOWN + VILLAGES + ROAD)
    sheet = themes.content(view, "blind-spots")
    junctions = {row[2]: row[3] for row in listed(sheet).values() if row[1].startswith("盲区路口")}
    assert "单独设卡可保护 1 处居民点，人数不详" in junctions.values(), junctions
    assert not any(re.search(r"\b1 人", told) for told in junctions.values())
    assert figure(sheet, "暴露人口") == "300（另有 1 处不详）"
    assert "已知人口 300 人，其中 1 个人口不详" in letter(view) and "301" not in letter(view)
    assert not any("301" in paragraph.text for paragraph in told(view))


def test_proved_is_said_only_where_it_is_known_how_far_the_data_reach(made: Callable[..., View]) -> None:
    box = ",".join(f"{v:.6f}" for v in (*place(0, 0), *place(2000, 2000)))
    view = made(VILLAGES + ROAD, bbox=box)
    assert not view.study.proved
    documents = ["".join(themes.content(view, "blind-spots").notes), letter(view), "".join(paragraph.text for paragraph in told(view))]
    for document in documents:
        assert not re.search("(?<!未)经证明", document) and "路网数据覆盖到哪里没有记录" in document and "就文件所示" in document


def test_unknown_area_is_hatched_and_named_in_the_legend(made: Callable[..., View]) -> None:
    view = made(TOWN + VILLAGES + ROAD, extent=",".join(f"{v:.6f}" for v in (*place(0, 0), *place(2000, 1500))))
    sheet = themes.content(view, "blind-spots")
    (hatched,) = of_style(sheet, "unknown_area")
    (west, south), (east, north) = place(0, 1500), place(2000, 2000)
    assert hatched.geometry.iloc[0].symmetric_difference(shapely.box(west, south, east, north)).area < 1e-7
    assert "unknown_area" in {entry.style for entry in sheet.legend}


def test_a_joint_that_matters_is_drawn_listed_and_said(made: Callable[..., View]) -> None:
    view = made(TOWN + VILLAGES + ROAD + GAP)
    sheet = themes.content(view, "blind-spots")
    assert legend(sheet)["joint_doubtful"] == 1
    (number,) = (number for number, (style, _place) in numbers(sheet).items() if style == "joint_doubtful")
    row = listed(sheet)[number]
    assert row[1] == "存疑接口 1" and "相距 0.6 米" in row[2] and "甲村" in row[3] and "300" in row[3]
    for document in ("".join(sheet.notes), letter(view), "".join(paragraph.text for paragraph in told(view))):
        assert "存疑接口 1" in document
    assert any(paragraph.id == "advice_roads_joints" for paragraph in told(view))


def test_an_empty_answer_has_its_true_reason(made: Callable[..., View]) -> None:
    view = made(TOWN + ROAD)
    why = view.translate("No settlement is known: import the list of villages.")
    assert any(why in note for note in themes.content(view, "blind-spots").notes)
    texts = [paragraph.text for paragraph in told(view)]
    assert sum(why in text for text in texts) == 2 and not any("没有道路从外部进入" in text for text in texts)


def test_a_small_road_with_a_way_in_on_it_is_drawn_at_any_scale(made: Callable[..., View]) -> None:
    far = node(20, 900, -200) + node(21, 900, 1000) + node(22, 1500, 100) + node(23, 1500, 900)
    roads = way(20, [20, 21], highway="service") + way(21, [22, 23], highway="service")
    view = made(bounds(0, 0, 20000, 20000) + VILLAGES + node(92, 19000, 19000, place="village", name="远村") + ROAD + far + roads)
    drawn = of_style(themes.content(view, "command"), "road_minor")
    lines = shapely.union_all([line for piece in drawn for line in piece.geometry])
    assert lines.distance(shapely.Point(place(900, 500))) < 1e-6, "people come in there"
    assert lines.distance(shapely.Point(place(1500, 500))) > 1e-4, "nothing lies on it"


def test_all_needed_is_said_of_the_posts_listed(made: Callable[..., View]) -> None:
    south = node(30, 1000, -200) + node(31, 1000, 500) + way(30, [30, 31, 3], highway="tertiary", name="南路")
    south += node(32, 1400, 500) + way(31, [31, 32], highway="residential")
    view = made(TOWN + node(90, 1000, 1010, place="village", name="甲村", population="300") + ROAD + south)
    values = {"sender": "x", "addressee": "x", "when": "x", "dated": "x"}
    both = view.study.by_loss(np.flatnonzero(np.isin(view.study.coverage.network.node_id, [2, 31])))
    asked = request_letter.draft(view.study, both, view.translate, road_class=["x", "x"], **values)
    assert "以上各处缺一不可，任缺其一，仍有 1 个村（社区）、300 人暴露（甲村）" in asked
    # Beside a post that closes everything by itself another is not needed, and nothing of the kind is said.
    more = view.study.by_loss(np.flatnonzero(np.isin(view.study.coverage.network.node_id, [2, 3, 31])))
    assert (more["settlements"] == 0).any()
    assert "缺一不可" not in request_letter.draft(view.study, more, view.translate, road_class=["x"] * 3, **values)
