"""Printed maps where little is known, much is asked, or text is hostile; and of a real town with posts added."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import Point

from briefing.maps import draw, themes
from briefing.maps.content import Drawn, Paper
from briefing.maps.themes.pieces import Piece, kept, widened
from briefing.view import View
from errors import InputError, NotFound
from ledgers.intake.osm_import import import_osm
from queries.layers import feature_events
from queries.store import LOCAL, Store, Viewer, open_store
from tests.filled import copy_filled
from tests.printed import figure, in_view, legend, listed, numbers, of_style, texts
from tests.township import HOSTILE, NOW, at, fill

PUYANG_BOX = "114.970,35.498,115.092,35.563"


KNOWN_EARLY = partial(fill, recorded_at=at(2))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(copy_filled(KNOWN_EARLY, tmp_path / "workspace")) as opened:
        yield opened


def view(store: Store, area: str | None = None, **more: object) -> View:
    return View(store, LOCAL, at=NOW, area=area, **more)  # type: ignore[arg-type]


def shift(store: Store, subject: str, layer: str = "checkpoints") -> None:
    """Have somebody on duty now."""
    row = {
        "subject_layer": layer,
        "subject_id": subject,
        "person": "王强",
        "force": "police",
        "starts_at": at(12, 8),
        "ends_at": at(12, 20),
    }
    store.append(LOCAL, {"duty_shift": pd.DataFrame([row]).assign(effective_at=at(12, 8), recorded_at=at(3))})


@pytest.mark.parametrize("name", [name for name, theme in themes.MAPS.items() if not theme.of_unit])
def test_a_workspace_with_nothing_in_it_is_told_in_one_sentence(tmp_path: Path, name: str) -> None:
    with open_store(tmp_path / "empty") as empty, pytest.raises(InputError, match="nothing to draw here yet"):
        themes.content(View(empty, LOCAL, at=empty.now()), name)


def test_what_no_ledger_backs_is_not_known(store: Store) -> None:
    command = themes.content(view(store), "command")
    unknown = {label for label, text in command.figures if text == "不详"}
    assert unknown == {"卡口无人值守", "开放无人值守", "暴露的居民点", "隔离中", "漏测体温"}
    assert any("排班" in note for note in command.notes) and any("没有道路" in note for note in command.notes)
    assert not [style for style in legend(command) if style.endswith("_unstaffed")]
    risk = themes.content(view(store), "risk")
    assert legend(risk) == {"risk_unknown": 2} and "不详" in risk.notes[0] and risk.figures == ()
    screening = themes.content(view(store), "screening")
    assert legend(screening) == {"step_unknown": 2} and screening.table is None and screening.notes
    assert "没有道路" in themes.content(view(store), "blind-spots").notes[0]


def test_with_a_roster_it_is_known_who_is_missing(store: Store) -> None:
    shift(store, "p2")
    content = themes.content(view(store), "command")
    assert figure(content, "卡口无人值守") == "1" and figure(content, "开放无人值守") == "2"
    assert legend(content)["checkpoint_inspect_unstaffed"] == 1 and legend(content)["checkpoint_dissuade"] == 1
    rows = [row[1:] for row in listed(content).values()]
    assert rows == [
        ("国道卡口", "卡口此刻无人值守"),
        ("东门", "出入口开放，此刻无人值守"),
        ("西门", "出入口开放，此刻无人值守"),
        (HOSTILE, "封闭超期"),
    ]
    assert "王强" not in "".join(texts(content))


def test_an_area_without_entrances_is_a_page_that_says_so(store: Store) -> None:
    store.append(LOCAL, {"feature_event": feature_events("areas", grid("g", "a", shapely.box(114.06, 35.06, 114.09, 35.09)))})
    content = themes.content(view(store, "g"), "entrances")
    assert content.table is None and content.notes == ("截至该时刻，此处没有出入口记录。",)
    assert not of_style(content, "entrance") and content.unit == "一网格"
    unit = themes.content(view(store, "g"), "unit")
    assert {"截至该时刻，此处没有卡口记录。", "截至该时刻，此处没有出入口记录。"} <= set(unit.notes)
    assert figure(unit, "出入口") == "不详" and figure(unit, "卡口") == "0"
    assert draw.render(unit, Paper(dpi=60), "png").startswith(b"\x89PNG")


def grid(area: str, parent: str, outline: shapely.Polygon) -> gpd.GeoDataFrame:
    columns = {"id": [area], "name": ["一网格"], "level": ["grid"], "parent_id": [parent]}
    return gpd.GeoDataFrame(columns, geometry=[outline], crs=4326)


def test_a_moment_before_any_record_is_a_page_that_says_so(store: Store) -> None:
    early = themes.content(View(store, LOCAL, at=at(1), known_at=at(1), area="a"), "unit")
    assert early.unit == "朝阳村" and early.notes == ("截至该时刻，尚无朝阳村的任何记录。",)
    assert early.layers == () and early.table is None and early.figures == ()
    assert 114 < early.extent[2] < 114.11
    whole = themes.content(View(store, LOCAL, at=at(1), known_at=at(1)), "command")
    assert whole.unit == "青禾镇" and whole.layers == () and whole.notes
    changes = themes.content(View(store, LOCAL, at=at(2, 9), known_at=at(2, 9), area="a"), "changes")
    assert changes.notes == ("截至 2月2日 08:00 尚无朝阳村的记录，无从对照。",) or "变化" in changes.title


def test_what_cannot_be_asked_is_told_in_one_sentence(store: Store) -> None:
    with pytest.raises(NotFound, match="no area 'nowhere'"):
        themes.content(view(store, "nowhere"), "unit")
    with pytest.raises(NotFound, match="no map 'weather'"):
        themes.content(view(store), "weather")
    with pytest.raises(InputError, match="one community or village"):
        themes.content(view(store), "unit")
    for extent in ((10.0, 35.0, 9.0, 36.0), (114.0, 35.0, float("nan"), 36.0), (114.0, 35.0, 115.0, 95.0)):
        with pytest.raises(InputError, match="no part of the earth"):
            themes.content(view(store), "command", extent=extent)


def test_a_viewer_sees_their_own_areas_alone(store: Store) -> None:
    mine = Viewer("青", areas=("a",))
    content = themes.content(View(store, mine, at=NOW), "command")
    assert content.unit == "朝阳村" and figure(content, "出入口") == "2"
    assert "柳林村" not in "".join(texts(content)) and any("所辖区域" in note for note in content.notes)
    with pytest.raises(NotFound):
        themes.content(View(store, mine, at=NOW, area="b"), "unit")


def test_four_hundred_gates_and_a_name_of_sixty_letters(store: Store) -> None:
    places = np.random.default_rng(5).random((400, 2))
    gates = gpd.GeoDataFrame(
        {
            "id": [f"g{n:03}" for n in range(400)],
            "name": ["长" * 60, *(f"{n} 号门" for n in range(1, 400))],
            "area_id": "b",
            "kind": "gate",
        },
        geometry=[None if n == 9 else Point(114.1 + x / 10, 35 + y / 10) for n, (x, y) in enumerate(places)],
        crs=4326,
    )
    store.append(LOCAL, {"feature_event": feature_events("entrances", gates)})
    content = themes.content(view(store, "b"), "entrances")
    assert content.table is not None and len(content.table.rows) == 401
    assert [row[1] for row in content.table.rows if row[0] == "–"] == ["9 号门"]
    assert set(listed(content)) == set(numbers(content)) == set(range(1, 401))
    assert figure(content, "出入口 = 封闭 1 + 未定 400") == "401"
    assert "长" * 60 in {row[1] for row in content.table.rows}
    assert in_view(content)["entrance_undecided"] == 399


def test_more_gates_than_a_sheet_tells_apart_are_summed_by_community(store: Store) -> None:
    shift(store, "e1", "entrances")
    places = np.random.default_rng(5).random((600, 2))
    gates = gpd.GeoDataFrame(
        {"id": [f"g{n:03}" for n in range(600)], "name": "门", "area_id": ["a", "b", "b"] * 200, "kind": "gate"},
        geometry=[Point(114 + x / 5, 35 + y / 10) for x, y in places],
        crs=4326,
    )
    store.append(LOCAL, {"feature_event": feature_events("entrances", gates)})
    content = themes.content(view(store), "entrances")
    assert numbers(content) == {} and in_view(content)["entrance_undecided"] == 600
    assert content.table is not None
    assert content.table.rows == (("朝阳村", "202", "0", "1", "1", "1"), ("柳林村", "401", "1", "0", "0", "0"))
    assert "逐一编号" in content.notes[0]


def test_between_two_moments_what_came_and_changed_is_shown(store: Store) -> None:
    order = {"ordered_by": "指挥部", "effective_at": at(12, 9), "recorded_at": at(12, 9)}
    store.append(
        LOCAL,
        {
            "entrance_event": pd.DataFrame([{"entrance_id": "e1", "mode": "sealed", "egress": "guarded", **order}]),
            "checkpoint_event": pd.DataFrame([{"checkpoint_id": "p2", "kind": "dissuade", "active": False, **order}]),
        },
    )
    before = View(store, LOCAL, at=at(12, 8), known_at=at(12, 8))
    content = themes.changes(before, view(store))
    assert legend(content) == {"changed_removed": 1, "changed_changed": 1}
    assert {row[3]: row[1] for row in listed(content).values()} == {"东门": "变更", "村口": "取消"}
    assert {style for style, _point in numbers(content).values()} == {"changed_changed", "changed_removed"}
    assert list(texts(content)) == list(texts(themes.content(view(store), "changes")))
    same = themes.changes(view(store), view(store))
    assert same.table is None and "没有变化" in same.notes[0]


def test_in_english_nothing_but_the_data_is_chinese(store: Store) -> None:
    shift(store, "p2")
    names = {"青禾镇", "朝阳村", "柳林村", "东门", "西门", "国道卡口", "村口"}
    for name in themes.MAPS:
        content = themes.content(view(store, "a", lang="en"), name, cutoff=NOW)
        left = [text for text in texts(content) if any("一" <= letter <= "鿿" for letter in text)]
        assert all(any(known in text for known in names) for text in left), (name, left)
        assert content.lang == "en" and content.moment.startswith("As of 12 Feb 2020 18:00 (cut-off)")


def test_the_same_view_gives_the_same_sheet(store: Store) -> None:
    once, again = (themes.content(view(store), "command") for _ in range(2))
    assert list(texts(once)) == list(texts(again)) and once.legend == again.legend
    assert [d.geometry.to_wkb().tolist() for d in once.layers] == [d.geometry.to_wkb().tolist() for d in again.layers]


# A real town ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def puyang(test_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[View]:
    with open_store(tmp_path_factory.mktemp("puyang") / "workspace") as store:
        store.set_settings(LOCAL, {"clock": at(1).isoformat(), "title": "庆祖镇"})
        import_osm(store, LOCAL, test_data / "osm" / "puyang_qingzu_rural_2023.osm.pbf", bbox=PUYANG_BOX)
        crossings = store.layer("crossings", LOCAL).iloc[::5]
        posts = gpd.GeoDataFrame(
            {"id": [f"p{n}" for n in range(len(crossings))], "name": [f"{n} 号卡口" for n in range(len(crossings))], "source": "hand"},
            geometry=crossings.geometry.to_numpy(),
            crs=4326,
        )
        orders = pd.DataFrame({"checkpoint_id": posts["id"], "kind": "inspect", "active": True, "effective_at": at(1)})
        store.append(LOCAL, {"feature_event": feature_events("checkpoints", posts), "checkpoint_event": orders})
        shift(store, "p0")
        store.set_settings(LOCAL, {"clock": NOW.isoformat()})
        yield View(store, LOCAL, at=NOW)


@pytest.mark.parametrize("name", [name for name, theme in themes.MAPS.items() if not theme.of_unit])
def test_every_map_of_a_real_town_is_sound(puyang: View, name: str) -> None:
    content = themes.content(puyang, name)
    assert content.unit == "庆祖镇" and content.marks == ("内部使用",)
    assert content.credits == ("庆祖镇疫情防控台账", "© OpenStreetMap contributors")
    drawn = in_view(content)
    assert {entry.style for entry in content.legend} == set(drawn)
    assert all(drawn[style] == count for style, count in legend(content).items())
    assert set(numbers(content)) == set(listed(content))
    view = shapely.box(*content.extent)
    assert all(point.within(view) for _style, point in numbers(content).values())


def test_a_real_town_without_areas_has_its_posts_and_plan(puyang: View) -> None:
    crossings, posts, study = puyang.layer("crossings"), puyang.layer("checkpoints"), puyang.study
    drawn = legend(themes.content(puyang, "command"))
    assert drawn["checkpoint_inspect_unstaffed"] == len(posts) - 1 and drawn["checkpoint_inspect"] == 1
    assert drawn["crossing_open"] + drawn["crossing_watched"] == len(crossings)
    content = themes.content(puyang, "blind-spots")
    sealing = study.coverage.sealing_posts
    assert sealing is not None and legend(content)["post_proposed"] == len(sealing)
    assert figure(content, "建议卡口") == str(len(sealing)) and figure(content, "暴露人口") == "不详"
    assert content.table is not None and all("人数不详" in row[3] for row in content.table.rows[: len(sealing)])
    assert f"再设 {len(sealing)} 个卡口可封住所有进入路线" in content.notes[1]
    others = [row[3] for row in content.table.rows if row[1].startswith("盲区路口")]
    assert others and not any("人" in told.replace("人数不详", "") for told in others), "of nobody is it known how many they are"


def test_much_later_more_is_known_and_the_sheet_says_when(puyang: View) -> None:
    later = View(puyang.store, LOCAL, at=NOW, known_at=NOW + timedelta(days=1))
    assert themes.content(later, "command", cutoff=NOW).moment == "截至 2020年2月12日 18:00（截报时点） · 掌握情况时间 2月13日 18:00"
    other = themes.content(puyang, "command", cutoff=at(12, 8)).moment
    assert other == "截至 2020年2月12日 18:00 · 截报时点 2月12日 08:00 · 掌握情况时间 迄今"


# What the sheet draws -------------------------------------------------------------------------------------------------


def _beyond() -> Piece:
    """Return two symbols: one in the extent, one beyond it that the paper would show."""
    drawn = Drawn("posts", gpd.GeoSeries([Point(1, 1), Point(2.2, 1)], crs=4326), "settlement_exposed", labels=["甲村", "乙村"])
    return Piece("exposed", drawn, "Exposed settlement")


def test_the_legend_counts_what_the_sheet_draws_beyond_its_extent() -> None:
    extent, piece = (0.0, 0.0, 2.0, 2.0), _beyond()
    assert widened(extent, [replace(piece, counted=False)]) == extent and widened(extent, []) == extent
    reach = widened(extent, [piece])
    assert shapely.box(*reach).contains(shapely.union_all(piece.drawn.geometry.to_numpy()))  # with room for the symbol
    assert [entry.count for entry in themes.legend([piece], reach, str)] == [2]


def test_in_a_window_what_lies_beyond_is_neither_drawn_nor_counted() -> None:
    window, piece = (0.0, 0.0, 2.0, 2.0), _beyond()
    found = kept(piece, window)
    assert (len(found.drawn.geometry), found.drawn.labels) == (1, ["甲村"])
    assert [entry.count for entry in themes.legend([found], window, str)] == [1]
    assert kept(replace(piece, counted=False), window).drawn is piece.drawn  # the ground goes to the edge of the paper


# Compounds cut by the box: the middle of some lies outside it.
CUT_BOXES = {
    "osm/beijing_xueyuan_cau_2026.osm.pbf": "116.345,40.003,116.353,40.009",
    "cases/geo/real-extracts/nanjing-xinjiekou-no-bounds.osm.pbf": "118.778,32.036,118.800,32.052",
}


@pytest.mark.parametrize(("file", "box"), CUT_BOXES.items())
def test_headline_drawing_and_legend_agree_where_a_box_cuts_compounds(test_data: Path, tmp_path: Path, file: str, box: str) -> None:
    extract = (test_data.parent if file.startswith("cases") else test_data) / file
    if not extract.exists():
        pytest.skip(f"{file} is not there")
    with open_store(tmp_path / "cut") as store:
        import_osm(store, LOCAL, extract, bbox=box)
        for window in (None, tuple(float(side) for side in box.split(","))):
            content = themes.content(View(store, LOCAL, at=store.now()), "blind-spots", extent=window)
            drawn = of_style(content, "settlement_exposed")
            count = sum(len(piece.geometry) for piece in drawn)
            assert figure(content, "暴露的居民点").split("/")[0] == str(count) == str(legend(content)["settlement_exposed"])
            assert all(piece.geometry.within(shapely.box(*content.extent)).all() for piece in drawn) and count
