"""Ledger imports: what is recognised, what is rejected and where, and that nothing comes in by halves."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml.etree import XMLSyntaxError

from errors import EpiGridError, InputError, NotFound
from ledgers.intake import annotated_workbook
from ledgers.intake.columns import FIELDS, folded, recognise
from ledgers.intake.imports import Plan, apply_import, objection, plan_import, result_json, undo_batch
from ledgers.intake.values import Clock, moment
from ledgers.posts.orders import rename
from queries.layers import LAYERS
from queries.store import LOCAL, Store, open_store
from tests.demo_town import copied
from tests.filled import copy_filled

ZONE = ZoneInfo("Asia/Shanghai")
CLOCK = datetime(2020, 2, 12, 18, tzinfo=ZONE)
GATES = ["出入口名称", "小区", "状态", "开放时间", "经度", "纬度", "生效时间"]
SOUTH = ["南门", "祥和", "封闭", "", "114.31", "29.85", "2020-02-03"]
NORTH = ["北门", "祥和", "定时开放", "每日6：00-22：00", "114.32", "29.85", "2月4日 18:30"]


def clocked(store: Store) -> None:
    store.set_settings(LOCAL, {"clock": CLOCK.isoformat()})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(copy_filled(clocked, tmp_path / "workspace")) as opened:
        yield opened


def write(path: Path, *rows: list[Any]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def plan_of(store: Store, *rows: list[Any], layer: str = "entrances", crs: str | None = "wgs84", heading: list[str] = GATES) -> Plan:
    return plan_import(store, LOCAL, write(store.path.parent / "gates.csv", heading, *rows), layer, crs=crs)


def take(store: Store, *rows: list[Any], **options: Any) -> Plan:
    plan = plan_of(store, *rows, **options)
    apply_import(store, LOCAL, plan)
    return plan


def counts(plan: Plan) -> tuple[int, int, int, int]:
    result = result_json(plan)
    return result["read"], result["added"], result["changed"], result["unchanged"]


def events(store: Store) -> int:
    return len(store.run("describe_features", LOCAL, layer="entrances")) + len(store.run("select_entrance_orders", LOCAL))


def test_a_file_comes_in_with_its_state_and_the_same_file_again_changes_nothing(store: Store) -> None:
    plan = plan_of(store, SOUTH, NORTH)
    assert events(store) == 0, "a plan leaves the ledger as it is"
    assert set(result_json(plan)) == {"read", "added", "changed", "unchanged", "rejected", "crs_check", "marked_file"}
    batch = apply_import(store, LOCAL, plan)
    assert batch is not None
    gates = store.layer("entrances", LOCAL).set_index("name")
    assert gates.loc["南门", "mode"] == "sealed"
    assert gates.loc["北门", ["mode", "timetable"]].tolist() == ["open_hours", "06:00-22:00"]
    assert gates.loc["北门", "since"] == datetime(2020, 2, 4, 18, 30, tzinfo=ZONE)
    assert (gates.loc["南门"].geometry.x, gates.loc["南门"].geometry.y) == (114.31, 29.85)
    revision = store.revision
    again = plan_of(store, SOUTH, NORTH)
    assert counts(again) == (2, 0, 0, 2)
    assert apply_import(store, LOCAL, again) is None
    assert store.revision == revision


def test_a_change_is_shown_field_by_field_and_keeps_the_rest(store: Store) -> None:
    take(store, SOUTH, NORTH)
    plan = take(store, [*SOUTH[:2], "全天开放", "", "114.3101", "29.85", "2020-02-05"])
    assert counts(plan) == (1, 0, 1, 0)
    assert set(plan.changes["field"]) == {"geometry", "mode"}
    assert plan.changes.set_index("field").loc["mode", ["row", "old", "new"]].tolist() == [2, "sealed", "open_24h"]
    assert store.layer("entrances", LOCAL, at="2020-02-04").set_index("name").loc["南门", "mode"] == "sealed"
    assert store.layer("entrances", LOCAL).set_index("name").loc["南门", "mode"] == "open_24h"


def test_tape_is_a_soft_barrier_and_a_patrol_needs_one(store: Store) -> None:
    heading = [*GATES, "隔离方式", "巡查间隔（分钟）"]
    take(store, [*SOUTH, "警戒线", "30"], [*NORTH, "警戒线", "30"], heading=heading)

    def barriers() -> dict[str, list[object]]:
        gates = store.layer("entrances", LOCAL).set_index("name")
        return {name: [None if pd.isna(v) else v for v in row] for name, row in gates[["barrier", "patrol_minutes"]].iterrows()}

    assert barriers() == {"南门": ["soft", 30], "北门": [None, None]}, "what is open has no barrier"
    assert counts(take(store, [*SOUTH, "", ""], heading=heading)) == (1, 0, 0, 1)
    plan = take(store, [*SOUTH, "", "45"], heading=heading)
    assert plan.changes[["field", "old", "new"]].to_numpy().tolist() == [["patrol_minutes", "30", "45"]]
    take(store, [*SOUTH[:2], "封闭", "", "", "", "2020-02-03", "围挡", ""], heading=heading)
    assert barriers()["南门"] == ["hard", None], "a wall needs no patrol"
    for barrier, minutes in (("围挡", "30"), ("", "30"), ("软隔离", "0"), ("软隔离", "2000"), ("篱笆", "")):
        assert len(plan_of(store, [*SOUTH, barrier, minutes], heading=heading).rejected) == 1, (barrier, minutes)
    posts = ["卡口名称", "卡口类型", "隔离方式", "巡查间隔", "经度", "纬度"]
    rows = [["西路口", "阻断", "拉绳", "60", "114.3", "29.9"], ["东路口", "查验", "拉绳", "60", "114.3", "29.8"]]
    take(store, *rows, layer="checkpoints", heading=posts)
    found = store.layer("checkpoints", LOCAL).set_index("name")
    assert found.loc["西路口", ["barrier", "patrol_minutes"]].tolist() == ["soft", 60]
    assert found.loc["东路口", ["barrier", "patrol_minutes"]].isna().all()


def test_a_blank_cell_says_nothing(store: Store) -> None:
    take(store, [*SOUTH, "张三"], heading=[*GATES, "钥匙"])
    assert counts(take(store, ["南门", "祥和", "", "", "", "", "", ""], heading=[*GATES, "钥匙"])) == (1, 0, 0, 1)
    assert store.layer("entrances", LOCAL)["key_holder"].tolist() == ["张三"]


def test_an_undone_batch_is_as_if_it_had_not_been(store: Store) -> None:
    batch = apply_import(store, LOCAL, plan_of(store, SOUTH, NORTH))
    assert batch is not None
    undo_batch(store, LOCAL, batch.batch_id)
    assert store.layer("entrances", LOCAL).empty
    with pytest.raises(InputError):
        undo_batch(store, LOCAL, batch.batch_id)
    with pytest.raises(NotFound):
        undo_batch(store, LOCAL, "nothing")
    assert counts(take(store, SOUTH, NORTH)) == (2, 2, 0, 0), "and can be imported again"
    assert len(store.layer("entrances", LOCAL)) == 2


BAD = [
    ("经度", "29.85", "114.31", "swapped"),
    ("经度", "194", "29", "no such place"),
    ("经度", "0", "0", "0,0"),
    ("经度", "abc", "29.85", "not a number"),
    ("纬度", "114.31", "", "blank"),
]


@pytest.mark.parametrize(("column", "lon", "lat", "reason"), BAD)
def test_bad_coordinates_are_rejected_at_their_cell(store: Store, column: str, lon: str, lat: str, reason: str) -> None:
    plan = plan_of(store, [*NORTH], [*SOUTH[:4], lon, lat, ""])
    rejected = result_json(plan)["rejected"]
    assert [(r["sheet"], r["row"], r["column"]) for r in rejected] == [(None, 3, column)]
    assert reason in rejected[0]["reason"]
    assert rejected[0]["value"] in (lon, None)


@pytest.mark.parametrize(
    ("column", "row"),
    [
        ("开放时间", ["南门", "祥和", "定时开放", "25:00-26:00", "114.31", "29.85", ""]),
        ("状态", ["南门", "祥和", "半开", "", "114.31", "29.85", ""]),
        ("生效时间", ["南门", "祥和", "封闭", "", "114.31", "29.85", "2020-02-30"]),
        ("开放时间", ["南门", "祥和", "定时开放", "", "114.31", "29.85", ""]),
        ("出入口名称", ["", "祥和", "封闭", "", "114.31", "29.85", ""]),
        ("出入口名称", ["北门", "祥和", "封闭", "", "114.33", "29.85", ""]),
    ],
)
def test_a_bad_row_stops_the_file_unless_the_valid_rows_are_accepted(store: Store, column: str, row: list[str]) -> None:
    plan = plan_of(store, NORTH, row)
    rejected = result_json(plan)["rejected"]
    assert [(r["row"], r["column"]) for r in rejected] == [(3, column)]
    assert isinstance(objection(plan), EpiGridError)
    assert column in str(objection(plan))
    with pytest.raises(InputError):
        apply_import(store, LOCAL, plan)
    assert store.layer("entrances", LOCAL).empty
    assert objection(plan, accept_valid=True) is None
    apply_import(store, LOCAL, plan, accept_valid=True)
    assert store.layer("entrances", LOCAL)["name"].tolist() == ["北门"]


def test_outside_the_region_is_wrong_only_where_there_is_one(store: Store) -> None:
    assert not plan_of(store, SOUTH).rejected
    store.set_settings(LOCAL, {"region": "POLYGON ((114.3 29.8, 114.4 29.8, 114.4 29.9, 114.3 29.9, 114.3 29.8))"})
    assert not plan_of(store, SOUTH).rejected
    away = plan_of(store, ["远门", "", "封闭", "", "116.3", "39.9", ""])
    assert "outside the region" in result_json(away)["rejected"][0]["reason"]


def test_swapped_coordinates_are_told_apart_where_both_are_degrees(store: Store) -> None:
    store.set_settings(LOCAL, {"region": "POLYGON ((24 60, 25 60, 25 61, 24 61, 24 60))"})
    plan = plan_of(store, ["门", "", "封闭", "", "60.5", "24.5", ""])
    assert "swapped" in result_json(plan)["rejected"][0]["reason"]


def test_duplicate_ids_are_rejected_and_repeated_venues_are_not(store: Store) -> None:
    heading = ["编号", "名称", "经度", "纬度"]
    plan = plan_of(store, ["7", "甲", "114", "30"], ["7", "乙", "114.1", "30"], heading=heading)
    assert [(r.row, r.column) for r in plan.rejected] == [(3, "编号")]
    shops = [["超市", "114", "30"], ["超市", "114.1", "30"], ["超市", "114", "30"]]
    plan = plan_of(store, *shops, heading=heading[1:], layer="venues")
    assert (counts(plan), plan.rejected) == ((3, 2, 0, 1), [])


def test_an_unknown_area_or_compound_is_named(store: Store) -> None:
    take(store, ["t1", "青禾镇"], ["t2", "柳林镇"], ["t3", "柳林镇"], heading=["id", "name"], layer="areas", crs=None)
    heading = ["名称", "所属区域", "经度", "纬度"]
    plan = plan_of(store, ["甲", "青禾镇", "114", "30"], ["乙", "红旗镇", "114", "30"], ["丙", "柳林镇", "114", "30"], heading=heading)
    reasons = {r["row"]: r["reason"] for r in result_json(plan)["rejected"]}
    assert set(reasons) == {3, 4}
    assert "红旗镇" in reasons[3]
    assert "Several" in reasons[4]


@pytest.mark.parametrize(
    ("heading", "row", "crs"),
    [
        (["编号", "状态"], ["1", "封闭"], "wgs84"),
        (["名称", "经度"], ["甲", "114"], "wgs84"),
        (["备注", "经度", "纬度"], ["甲", "114", "30"], "wgs84"),
        (["名称", "经度", "纬度"], ["甲", "114", "30"], None),
        (["名称", "经度", "纬度"], ["甲", "114", "30"], "EPSG:99999999"),
    ],
)
def test_what_is_wrong_with_the_whole_file_is_one_sentence(store: Store, heading: list[str], row: list[str], crs: str | None) -> None:
    with pytest.raises(InputError) as error:
        plan_of(store, row, heading=heading, crs=crs)
    assert "\n" not in str(error.value)


def test_posts_need_their_kind_and_areas_need_no_coordinates(store: Store) -> None:
    heading = ["卡口名称", "卡口类型", "经度", "纬度", "需要人数"]
    take(store, ["国道卡口", "劝离", "114", "30", "3"], heading=heading, layer="checkpoints")
    posts = store.layer("checkpoints", LOCAL)
    assert posts[["kind", "staff_required"]].iloc[0].tolist() == ["dissuade", 3]
    with pytest.raises(InputError):
        plan_of(store, ["村口", "114.1", "30"], heading=["卡口名称", "经度", "纬度"], layer="checkpoints")


def test_a_corrected_mapping_is_remembered_for_the_same_headings(store: Store) -> None:
    path = write(store.path.parent / "odd.csv", ["甲列", "经度", "纬度"], ["南门", "114", "30"])
    with pytest.raises(InputError):
        plan_import(store, LOCAL, path, "entrances", crs="wgs84")
    apply_import(store, LOCAL, plan_import(store, LOCAL, path, "entrances", crs="wgs84", mapping={"甲列": "name"}))
    assert counts(plan_import(store, LOCAL, path, "entrances", crs="wgs84")) == (1, 0, 0, 1)
    with pytest.raises(InputError):
        plan_import(store, LOCAL, path, "entrances", crs="wgs84", mapping={"乙列": "name"})


def test_the_workbook_comes_back_marked(store: Store, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "台账"
    sheet.append(["祥和新城出入口台账"])
    sheet.merge_cells("A1:G1")
    sheet.append([])
    for row in (GATES, SOUTH, [*NORTH[:3], "25:00-26:00", *NORTH[4:]]):
        sheet.append(row)
    book.save(tmp_path / "gates.xlsx")
    plan = plan_import(store, LOCAL, tmp_path / "gates.xlsx", "entrances", crs="wgs84")
    assert [(r.sheet, r.row, r.column, r.value) for r in plan.rejected] == [("台账", 5, "开放时间", "25:00-26:00")]
    copy = Path(str(result_json(plan)["marked_file"]))
    assert copy.parent == store.path / "exports"
    cells = openpyxl.load_workbook(copy)["台账"]
    filled = [cell.coordinate for row in cells.iter_rows() for cell in row if cell.fill.fill_type]
    assert filled == ["D5"]
    assert "25:00" in cells["D5"].comment.text
    assert cells["A1"].value == "祥和新城出入口台账"


def test_undoing_what_added_a_feature_voids_its_later_names_too(store: Store) -> None:
    told: list[str] = []
    path = write(store.path.parent / "a.csv", GATES, SOUTH)
    plan = plan_import(store, LOCAL, path, "entrances", crs="wgs84", progress=lambda m, **p: told.append(m))
    batch = apply_import(store, LOCAL, plan, progress=lambda m, **p: told.append(m))
    assert len(told) == 3
    assert batch is not None
    rename(store, LOCAL, "entrances", store.layer("entrances", LOCAL)["id"].iloc[0], name="正门")
    take(store, NORTH)
    undo_batch(store, LOCAL, batch.batch_id)
    assert store.layer("entrances", LOCAL)["name"].tolist() == ["北门"]
    with pytest.raises(InputError):
        undo_batch(store, LOCAL, batch.batch_id)


def test_undoing_areas_gives_their_roads_back(demo_town: Path, tmp_path: Path) -> None:
    with open_store(copied(demo_town, tmp_path / "town")) as town:

        def figures() -> dict[str, dict[str, int]]:
            return {n: town.layer(n, LOCAL)["area_id"].fillna("").value_counts().to_dict() for n in LAYERS if LAYERS[n].in_area}

        before = figures()
        areas = town.layer("areas", LOCAL)
        outer = areas[~areas["id"].isin(areas["parent_id"])].iloc[0]
        west, south, east, north = outer.geometry.bounds
        half = shapely.intersection(outer.geometry, shapely.box(west, south, (west + east) / 2, north))
        row = ["g1", "第一网格", "grid", outer["id"], half.wkt]
        path = write(tmp_path / "grid.csv", ["id", "name", "level", "parent_id", "geometry"], row)
        batch = apply_import(town, LOCAL, plan_import(town, LOCAL, path, "areas", crs="wgs84"))
        assert batch is not None
        assert figures()["roads"].get("g1")
        undo_batch(town, LOCAL, batch.batch_id)
        assert figures() == before
        listed = town.run("select_batches", LOCAL)
        assert batch.batch_id in set(listed["batch_id"])
        assert "undo" not in set(listed["kind"])


@pytest.mark.parametrize("broken", [False, True])
def test_a_large_or_half_broken_workbook_comes_back_as_a_new_one(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: bool
) -> None:
    book = openpyxl.Workbook()
    for row in ([], GATES, ["=1+1", *SOUTH[1:]], [], [*NORTH[:3], "25:00-26:00", *NORTH[4:]]):
        book.active.append(row)
    book.active["A3"].data_type = "s"
    book.save(tmp_path / "gates.xlsx")
    if broken:
        with zipfile.ZipFile(tmp_path / "gates.xlsx") as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        # Comments, which reading row by row passes over, that are no XML.
        parts["xl/worksheets/_rels/sheet1.xml.rels"] = (
            b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="c1" Type='
            b'"http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments" Target="/xl/comments.xml"/></Relationships>'
        )
        parts["xl/comments.xml"] = b"none"
        with zipfile.ZipFile(tmp_path / "gates.xlsx", "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
        with pytest.raises(XMLSyntaxError):
            openpyxl.load_workbook(tmp_path / "gates.xlsx")
    else:
        monkeypatch.setattr(annotated_workbook, "MAX_PATCHED_ROWS", 1)
    plan = plan_import(store, LOCAL, tmp_path / "gates.xlsx", "entrances", crs="wgs84")
    cells = openpyxl.load_workbook(str(plan.marked_file)).active
    assert [(c.coordinate, c.value) for row in cells.iter_rows() for c in row if c.fill.fill_type] == [("D5", "25:00-26:00")]
    assert "25:00" in cells["D5"].comment.text
    assert (cells["A2"].value, cells["A3"].value, cells["A3"].data_type, cells["A5"].value) == ("出入口名称", "=1+1", "s", "北门")


def test_a_withdrawn_feature_in_a_file_stands_again(store: Store) -> None:
    from ledgers.posts.orders import withdraw

    take(store, SOUTH)
    gate = store.layer("entrances", LOCAL)["id"].iloc[0]
    withdraw(store, LOCAL, "entrances", [gate], effective_at="2020-02-10")
    assert counts(take(store, [*SOUTH[:6], ""])) == (1, 1, 0, 0)
    assert store.layer("entrances", LOCAL)["id"].tolist() == [gate]
    assert store.layer("entrances", LOCAL, at="2020-02-11").empty


def test_division_code_lists_become_areas(store: Store, test_data: Path) -> None:
    admin = test_data / "admin"
    for name, read in (("streets", 151), ("villages", 3037)):
        path = admin / f"{name}_xianning_gaoyou_puyang_haidian.csv"
        plan = plan_import(store, LOCAL, path, "areas")
        assert counts(plan) == (read, read, 0, 0)
        apply_import(store, LOCAL, plan)
        assert counts(plan_import(store, LOCAL, path, "areas")) == (read, 0, 0, read)
    areas = store.layer("areas", LOCAL).set_index("id")
    lower = areas[areas["code"].str.len() == 12]
    assert (lower["parent_id"] == lower["code"].str[:9]).all()
    assert areas.loc["110108001001", "level"] == "community"
    assert set(lower.loc[lower["name"].str.endswith("村委会"), "level"]) == {"village"}
    assert len(store.scope(LOCAL, "110108001") or []) == 1 + int((lower["parent_id"] == "110108001").sum())


def test_places_in_gb18030(store: Store, test_data: Path) -> None:
    path = test_data / "tables" / "covid_places_2020_amap_gb18030.csv"
    plan = plan_import(store, LOCAL, path, "venues", crs="gcj02")
    raw = pd.read_csv(path, encoding="gb18030")
    distinct = len(raw.drop_duplicates(["poi_name", "lat", "lon"]))
    assert counts(plan) == (len(raw), distinct, 0, len(raw) - distinct) == (6748, 6733, 0, 15)
    assert plan.rejected == []


def test_outlines_in_another_crs_are_objected_to(store: Store, test_data: Path) -> None:
    path = test_data / "admin" / "admin_subset_cnmaps_GCJ02.geojson"
    wrong = plan_import(store, LOCAL, path, "areas", crs="wgs84")
    assert objection(wrong) is wrong.crs_objection is not None
    assert result_json(wrong)["crs_check"]["best"] == "gcj02"
    assert set(result_json(wrong)["crs_check"]) == {"declared", "best", "median_road_distance_m"}
    assert objection(wrong, accept_crs=True) is None
    assert objection(plan_import(store, LOCAL, path, "areas", crs="gcj02")) is None


@pytest.mark.parametrize("layer", FIELDS)
def test_every_field_is_found_by_its_name_and_its_label(layer: str) -> None:
    for field in FIELDS[layer].values():
        heading = "record_source" if field.name == "source" else field.name
        assert recognise(layer, [heading]) == {heading: field.name}
        assert recognise(layer, [field.label]) == {field.label: field.name}


@pytest.mark.parametrize("layer", FIELDS)
def test_every_choice_is_read_one_way(layer: str) -> None:
    for field in FIELDS[layer].values():
        meanings: dict[str, set[str]] = {}
        for value, texts in field.values.items():
            for text in (value, *texts):
                meanings.setdefault(folded(text), set()).add(value)
        assert all(len(values) == 1 for values in meanings.values()), field.name


@settings(max_examples=100, deadline=None)
@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2060, 1, 1)))
def test_a_moment_is_read_from_every_form(when: datetime) -> None:
    when = when.replace(microsecond=0)
    clock, aware = Clock(datetime(when.year, 6, 1, tzinfo=ZONE)), when.replace(tzinfo=ZONE)
    minute = aware.replace(second=0)
    assert moment(when, clock=clock) == aware
    assert moment(when.isoformat(sep=" "), clock=clock) == moment(aware.isoformat(), clock=clock) == aware
    assert moment(f"{when.year}/{when.month}/{when.day} {when.hour}:{when.minute:02}", clock=clock) == minute
    assert moment(f"{when.year}年{when.month}月{when.day}日{when.hour}时{when.minute}分", clock=clock) == minute
    assert moment(f"{when.month}月{when.day}日", clock=clock) == aware.replace(hour=0, minute=0, second=0)
    serial = (when - datetime(1899, 12, 30)).total_seconds() / 86400
    assert moment(serial, clock=clock) == aware


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("甲乙丙"), st.integers(0, 3), st.sampled_from(["封闭", "24小时开放", ""])), max_size=8))
def test_importing_twice_is_importing_once(tmp_path_factory: pytest.TempPathFactory, drawn: list[tuple[str, int, str]]) -> None:
    """Whatever the rows, the valid ones counted again are all unchanged."""
    rows = [[name, "", mode, "", str(114 + place / 10), "30", ""] for name, place, mode in drawn]
    with open_store(tmp_path_factory.mktemp("twice")) as store:
        store.set_settings(LOCAL, {"clock": CLOCK.isoformat()})
        if not rows:
            return
        first = plan_of(store, *rows)
        assert len(first.added) + len(first.unchanged) + len({r.row for r in first.rejected}) == len(rows)
        apply_import(store, LOCAL, first, accept_valid=True)
        second = plan_of(store, *rows)
        assert (len(second.added), len(second.changed)) == (0, 0)
        assert len(second.rejected) == len(first.rejected)
