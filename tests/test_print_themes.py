"""The printed maps of the demo township: what stands on each sheet against the ledgers, counted another way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import ROUND_DOWN, Decimal
from pathlib import Path

import pandas as pd
import pytest
import shapely

from briefing import road_facts
from briefing.maps import themes
from briefing.maps.content import Content, Paper
from briefing.maps.styles import STYLES
from briefing.maps.themes.facts import Facts
from briefing.moments import issue_at
from briefing.view import View
from ledgers import overview
from ledgers.reports import headlines as of_people
from ledgers.risk import levels
from ledgers.roads import claim
from queries.columns import CHECKPOINT_KINDS, MODES
from queries.store import LOCAL, Store, open_store
from tests import demo_town as township
from tests.printed import figure, in_view, legend, listed, numbers, of_style, texts

COMMUNITY = "qh-c01"


@pytest.fixture(scope="module")
def store(demo_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(township.copied(demo_town, tmp_path_factory.mktemp("town"))) as opened:
        yield opened


@pytest.fixture(scope="module")
def town(store: Store) -> View:
    cutoff = issue_at(store).cutoff
    return View(store, LOCAL, at=cutoff, known_at=cutoff)


@pytest.fixture(scope="module")
def sheets(town: View) -> dict[str, Content]:
    """Return every map of the town, and those of its community."""
    cutoff = town.at
    whole = {name: themes.content(town, name, cutoff=cutoff) for name, theme in themes.MAPS.items() if not theme.of_unit}
    found = {name: next(iter(themes.contents(town, name, [COMMUNITY], cutoff=cutoff))) for name in themes.MAPS if name != "changes"}
    return whole | {f"{name} of the community": content for name, content in found.items()}


@pytest.fixture(scope="module")
def units(town: View) -> dict[str, Content]:
    areas = town.layer("areas")
    ids = areas.loc[areas["level"].isin(["village", "community"]), "id"].tolist()
    return dict(zip(ids, themes.contents(town, "unit", ids, cutoff=town.at), strict=True))


def test_every_sheet_says_what_it_is(sheets: dict[str, Content]) -> None:
    for name, content in sheets.items():
        assert content.unit == ("青禾社区" if name.endswith("community") else "青禾镇")
        assert content.moment.startswith("截至 2020年2月12日 18:00（截报时点） · 掌握情况时间 2月12日 18:00"), name
        assert content.marks == ("内部使用", "演示数据")
        assert content.credits == ("青禾镇疫情防控台账",)
        assert (content.locator is not None) == name.endswith("community")
    assert len({content.title for content in sheets.values()}) == len(themes.MAPS)


def test_what_is_drawn_is_in_the_legend_with_its_count(sheets: dict[str, Content], units: dict[str, Content]) -> None:
    for content in (*sheets.values(), *units.values()):
        drawn = in_view(content)
        assert set(drawn) <= set(STYLES)
        assert {entry.style for entry in content.legend} == set(drawn)
        assert all(drawn[style] == count for style, count in legend(content).items())
        assert len({(entry.style, entry.text) for entry in content.legend}) == len(content.legend)


def test_numbers_on_the_map_are_those_of_the_table(sheets: dict[str, Content], units: dict[str, Content]) -> None:
    for content in (*sheets.values(), *units.values()):
        on_map, rows = numbers(content), listed(content)
        assert set(on_map) == set(rows)
        view = shapely.box(*content.extent)
        assert all(point.within(view) for _style, point in on_map.values())


def test_nobody_is_named(town: View, sheets: dict[str, Content], units: dict[str, Content]) -> None:
    told = "\n".join(text for content in (*sheets.values(), *units.values()) for text in texts(content))
    people: set[str] = set()
    for layer, columns in {"entrances": ("person", "key_holder"), "checkpoints": ("person",), "areas": ("responsible",)}.items():
        for column in columns:
            people |= set(town.layer(layer)[column].dropna())
    assert len(people) > 40 and not [name for name in people if name in told]
    assert "1990000" not in told and "两名密切接触者" not in told


def test_the_command_map_counts_what_the_overview_counts(town: View, sheets: dict[str, Content]) -> None:
    content, figures = sheets["command"], overview.figures(town)
    people = of_people.people(town)
    drawn = legend(content)
    for mode in MODES:
        assert (
            sum(count for style, count in drawn.items() if style.removesuffix("_unstaffed") == f"entrance_{mode}")
            == figures.entrances[mode]
        )
    for kind in CHECKPOINT_KINDS:
        total = sum(count for style, count in drawn.items() if style.removesuffix("_unstaffed") == f"checkpoint_{kind}")
        assert total == figures.checkpoints[kind]
    alone = sum(count for style, count in drawn.items() if style.endswith("_unstaffed"))
    assert alone == figures.checkpoints_unstaffed_now + figures.entrances_unstaffed_now
    assert drawn["crossing_watched"] == figures.crossings["with_post"]
    assert figure(content, "出入口") == "172" and figure(content, "卡口 ") == "23"
    assert figure(content, "卡口无人值守") == str(figures.checkpoints_unstaffed_now)
    assert figure(content, "无卡口过境道路") == "7/20"
    assert figure(content, "隔离中") == str(people.observing) and figure(content, "漏测体温") == str(people.missed)
    assert figure(content, "未报") == f"{len(people.unreported.names)}/{people.unreported.units}"
    assert (
        figure(content, "暴露的居民点")
        == str(drawn["settlement_exposed"])
        == str(int((town.study.settlements["status"] == "exposed").sum()))
    )


def test_the_command_map_lists_what_is_not_watched(town: View, sheets: dict[str, Content]) -> None:
    posts, crossings = town.layer("checkpoints"), town.layer("crossings")
    rows = sheets["command"].table.rows  # type: ignore[union-attr]
    assert {row[1] for row in rows if row[2] == "卡口此刻无人值守"} == set(posts.loc[posts["unstaffed"], "name"])
    assert sum(row[2] == "无卡口过境道路" for row in rows) == int((~crossings["with_post"]).sum())
    assert sum(row[2] == "封闭超期" for row in rows) == int(town.layer("entrances")["overdue"].sum())


def test_every_gate_of_the_community_is_listed_once(town: View, sheets: dict[str, Content]) -> None:
    content = sheets["entrances of the community"]
    gates = town.layer("entrances")
    gates = gates[gates["id"].str.startswith(COMMUNITY)].set_index("name")
    rows, places = listed(content), numbers(content)
    assert sorted(row[1] for row in rows.values()) == sorted(gates.index) and len(rows) == 25
    for number, row in rows.items():
        gate, (style, place) = gates.loc[row[1]], places[number]
        assert place.equals(gate.geometry)
        assert style.removeprefix("entrance_").removesuffix("_unstaffed") == gate["mode"]
        assert row[3] == {"sealed": "–", "open_24h": "全天", "open_hours": "06:00–22:00"}[gate["mode"]]
        assert row[4] == ("是" if gate["staffed"] else "–")
    assert next(label for label, text in content.figures if text == "25") == "出入口 = 封闭 13 + 24小时开放 8 + 定时开放 4"
    assert Counter(row[2].removesuffix("（超期）") for row in rows.values()) == {"封闭": 13, "24小时开放": 8, "定时开放": 4}
    assert in_view(content)["building"] == 43


def test_an_hour_later_the_gates_with_hours_are_closed(town: View) -> None:
    night = View(town.store, LOCAL, at=town.at.replace(hour=23), known_at=town.known_at, area=COMMUNITY)
    told = [row[4] for row in themes.content(night, "entrances").table.rows if row[2].startswith("定时")]  # type: ignore[union-attr]
    assert told == ["此刻关闭"] * 4


def test_blind_spots_are_those_of_the_study(town: View, sheets: dict[str, Content]) -> None:
    content, study = sheets["blind-spots"], town.study
    drawn = legend(content)
    assert drawn["settlement_exposed"] == int((study.settlements["status"] == "exposed").sum())
    assert sum(drawn[f"junction_unmonitored_{n}"] for n in (1, 2, 3)) == 100
    unmonitored = int((study.junctions["kind"] == "unmonitored").sum())
    assert figure(content, "盲区路口") == str(unmonitored)
    assert any(f" {unmonitored - 100} 个" in note for note in content.notes)
    assert drawn["post_proposed"] == 3 and drawn["mark_requested"] == 1
    posts = {number: point for number, (style, point) in numbers(content).items() if style == "post_proposed"}
    assert {n: (p.x, p.y) for n, p in posts.items()} == {
        row.number: (row.geometry.x, row.geometry.y) for row in study.proposed.itertuples()
    }
    assert content.notes[0] == claim.reach(study).text(town.translate), "how far the data reach is said first"
    assert "乘车：47 处居民点中有 26 处" in content.notes[1] and "再设 3 个卡口可封住所有进入路线，少于此数则不能" in content.notes[1]
    assert any("乘车 3，步行 4（另在清溪河堤）" in note for note in content.notes)
    assert "以上结论的前提：" in content.notes[-1] and "另有 5 项前提见简报附件" in content.notes[-1]
    assert listed(content)[1][3] == "缺此则 24 处居民点、9,971 人暴露"
    ranks = study.junctions.dropna(subset="rank").sort_values("rank")
    shown = [row[1] for number, row in sorted(listed(content).items()) if number > 3]
    assert shown == [f"盲区路口，第 {rank} 位" for rank in ranks.loc[~ranks["id"].isin(study.proposed["junction_id"]), "rank"].head(8)]


def test_uncovered_routes_are_drawn_once_and_lead_inwards(town: View, sheets: dict[str, Content]) -> None:
    (drawn,) = of_style(sheets["blind-spots"], "route_uncovered")
    steps = [step for line in drawn.geometry for step in zip(line.coords[:-1], line.coords[1:], strict=True)]
    assert len(steps) == len(set(steps))
    wanted = {step for line in town.study.routes.geometry for step in zip(line.coords[:-1], line.coords[1:], strict=True)}
    assert set(steps) == {step for step in wanted if step[0] != step[1]}


def test_the_plan_of_an_area_is_the_one_the_briefing_tells_of(town: View) -> None:
    for area in (None, "qh", "qh-v01", COMMUNITY, "qh-v08"):
        view = View(town.store, LOCAL, at=town.at, known_at=town.known_at, area=area)
        view.__dict__["study"] = town.study
        told, drawn = road_facts.plan(view), Facts(view).plan
        columns = ["id", "number", "place", "settlements", "people"]
        assert told is not None
        pd.testing.assert_frame_equal(
            pd.DataFrame(told[columns]).reset_index(drop=True), pd.DataFrame(drawn[columns]).reset_index(drop=True), check_dtype=False
        )


def test_risk_is_labelled_with_its_level_and_its_change(town: View, sheets: dict[str, Content]) -> None:
    content = sheets["risk"]
    found = levels.levels(town)
    units = found[found["area_level"].isin(["village", "community"])]
    counts = units["level"].value_counts()
    assert {style: n for style, n in legend(content).items() if style.startswith("risk")} == {f"risk_{k}": n for k, n in counts.items()}
    labels = {label for drawn in of_style(content, "risk") for label in drawn.labels or ()}
    assert {"官塘村 中风险 至2月23日", "朝阳村 中风险* 至2月19日", "柳林村"} <= labels and len(labels) == len(units)
    rows = {row[0]: row[1:] for row in content.table.rows}  # type: ignore[union-attr]
    assert set(rows) == set(units.loc[units["level"] != "low", "name"])
    assert rows["朝阳村"][:3] == ("中风险（指定）", "2月5日", "2月19日")


def test_screening_is_told_for_each_grid(town: View, sheets: dict[str, Content]) -> None:
    content = sheets["screening"]
    places = town.screening.places
    by_grid = places.groupby("area_name")[["households", "visited", "seen", "open"]].sum()
    rows = {row[0]: row for row in content.table.rows}  # type: ignore[union-attr]
    assert set(rows) == set(by_grid.index)
    for name, grid in by_grid.iterrows():
        assert rows[name][1:5] == tuple(f"{n:,}" for n in grid), name
        share = Decimal(int(grid["households"] - grid["open"])) / int(grid["households"]) * 100
        assert rows[name][5] == f"{share.quantize(Decimal('0.1'), ROUND_DOWN)}".removesuffix(".0") + "%"
    assert sum(count for style, count in legend(content).items() if style.startswith("step_")) == len(by_grid)
    whole = of_style(content, "step_4")
    assert sum(len(drawn.geometry) for drawn in whole) == int((by_grid["open"] == 0).sum())
    assert all("100%" in (label or "") for drawn in whole for label in drawn.labels or ())
    assert figure(content, "户数") == f"{town.screening.households:,}"
    assert sum("应于" in note for note in content.notes) == 2


def test_a_units_figures_are_those_of_its_own_view(town: View, units: dict[str, Content]) -> None:
    for area in (COMMUNITY, "qh-v01", "qh-v07"):
        view, content = View(town.store, LOCAL, at=town.at, known_at=town.known_at, area=area), units[area]
        people, figures = view.people, view.figures
        described = town.layer("areas").set_index("id").loc[area]
        assert figure(content, "户数") == f"{described['households']:,}" and figure(content, "居住人口") == f"{described['population']:,}"
        assert figure(content, "隔离中") == str(people.observing + people.hospital)
        assert figure(content, "漏测体温") == str(people.missed)
        assert figure(content, "未联系上户数") == str(int(view.shades["unreached"].sum()))
        assert figure(content, "出入口") == str(figures.layers["entrances"]) and figure(content, "卡口 =") == str(
            figures.layers["checkpoints"]
        )
        assert len(listed(content)) == figures.layers["entrances"] + figures.layers["checkpoints"]


def test_many_sheets_are_the_same_as_each_alone(town: View, units: dict[str, Content]) -> None:
    for area in (COMMUNITY, "qh-v01"):
        view = View(town.store, LOCAL, at=town.at, known_at=town.known_at, area=area)
        alone = themes.content(view, "unit", cutoff=town.at)
        assert list(texts(alone)) == list(texts(units[area]))
        assert (alone.extent, alone.legend, alone.figures) == (units[area].extent, units[area].legend, units[area].figures)
        drawn = [[geometry.wkb for geometry in each.geometry] for each in alone.layers]
        assert drawn == [[geometry.wkb for geometry in each.geometry] for each in units[area].layers]


def test_a_unit_shows_its_neighbours_and_the_way_into_it(units: dict[str, Content]) -> None:
    content = units["qh-v01"]
    labels = {label for drawn in of_style(content, "area_border") for label in drawn.labels or () if label}
    assert {"柳林村第一网格", "高岭村", "清溪村", "官塘村"} <= labels
    assert of_style(content, "route_uncovered") and legend(content)["post_proposed"] == 1
    assert any("陈家垄、下柳湾" in note or "下柳湾、陈家垄" in note for note in content.notes)
    outlines, focus = content.locator  # type: ignore[misc]
    assert len(outlines) == 16 and focus.iloc[0].within(outlines.iloc[0].buffer(1e-6))


def test_streets_appear_only_near(town: View) -> None:
    far, near = (
        {drawn.style for drawn in themes.content(town, "command", extent=extent, layers=()).layers}
        for extent in ((114.86, 30.06, 115.0, 30.18), (114.925, 30.116, 114.933, 30.123))
    )
    assert "building" in near - far
    count = [
        sum(len(drawn.geometry) for drawn in of_style(themes.content(town, "command", extent=extent, layers=()), "road_minor"))
        for extent in ((114.86, 30.06, 115.0, 30.18), (114.92, 30.11, 114.94, 30.13))
    ]
    assert 0 < count[0] < count[1]


def test_more_of_the_ground_is_drawn_on_larger_paper(town: View) -> None:
    small, large = (themes.content(town, "command", paper=Paper(size)) for size in ("A4", "A3"))
    assert {drawn.style for drawn in small.layers} < {drawn.style for drawn in large.layers}
    assert legend(small).items() <= legend(large).items()


def test_a_window_shows_and_lists_nothing_beyond_it(town: View) -> None:
    window = (114.88, 30.13, 114.91, 30.16)
    view = shapely.box(*window)
    content = themes.content(town, "command", extent=window)
    assert content.extent == window and content.locator is not None
    gates, posts = (frame[frame.intersects(view)] for frame in (town.layer("entrances"), town.layer("checkpoints")))
    assert 0 < len(gates) < 65
    assert figure(content, "出入口") == str(len(gates)) and figure(content, "卡口 =") == str(len(posts))
    for drawn in (*of_style(content, "entrance"), *of_style(content, "checkpoint"), *of_style(content, "settlement")):
        assert drawn.geometry.within(view).all()
    assert {label for label, _text in content.figures} & {"隔离中", "漏测体温", "未报"} == set()


def test_only_the_layers_asked_for_are_drawn_and_listed(town: View) -> None:
    content = themes.content(town, "command", layers=("entrances", "unreached", "no such layer"))
    kinds = {drawn.style.split("_")[0] for drawn in content.layers}
    assert kinds == {"road", "entrance", "step"}
    assert {row[2] for row in content.table.rows} == {"封闭超期"}  # type: ignore[union-attr]
    assert set(numbers(content)) == set(listed(content))
    steps = sum(count for style, count in legend(content).items() if style.startswith("step_"))
    assert steps == int((~town.shades["divided"]).sum())


def test_the_map_of_changes_is_dated_twice(sheets: dict[str, Content]) -> None:
    content = sheets["changes"]
    assert content.moment.endswith(" · 对照 2月12日 08:00")
    assert sum(legend(content).get(f"changed_{kind}", 0) for kind in ("added", "removed", "changed")) == len(listed(content))
