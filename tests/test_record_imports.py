"""Rows of the ledgers of people: whom they mean, what they change, and what they may not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import EpiGridError, InputError
from ledgers.exports import export_layer
from ledgers.intake import readers
from ledgers.intake.columns import folded, recognise
from ledgers.intake.fields import Field
from ledgers.intake.imports import Plan, apply_import, plan_import, result_json
from ledgers.intake.plans import objection
from ledgers.intake.record_columns import RECORD_FIELDS
from ledgers.intake.record_values import convert_record
from ledgers.intake.values import Clock
from ledgers.people import isolation, persons, screening
from ledgers.people.privacy import disclosures
from ledgers.record_exports import template
from ledgers.upkeep import supplies
from queries.events import LOCAL
from queries.store import Store
from queries.view import View
from tests.huge import CORNER, memory_of, packed
from tests.messy import id_number
from tests.township import NOW, at, township

HOMES = [["所属村", "门牌号", "户主", "人数"], ["朝阳村", "1", "张三", 3], ["朝阳村", "2", "李四", 2], ["柳林村", "1", "王五", 4]]
PEOPLE = [
    ["姓名", "身份证号", "电话", "所属村", "门牌号"],
    ["张三", id_number(1), "19900000001", "朝阳村", "1"],
    ["李四", None, "19900000002", "朝阳村", "2"],
    ["王五", None, "19900000003", "柳林村", "1"],
    ["王五", None, "19900000004", "朝阳村", "2"],
]
STAYS = [["姓名", "开始日期", "隔离方式"], ["张三", "2020-02-03", "居家"], ["李四", "2020-02-05", "居家"]]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with township(tmp_path / "workspace") as opened:
        yield opened


def plan_of(store: Store, layer: str, *rows: list[Any], **options: Any) -> Plan:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    path = store.path.parent / "list.xlsx"
    book.save(path)
    return plan_import(store, LOCAL, path, layer, **options)


def take(store: Store, layer: str, *rows: list[Any], **options: Any) -> dict[str, Any]:
    plan = plan_of(store, layer, *rows, **options)
    apply_import(store, LOCAL, plan, accept_valid=True)
    return result_json(plan)


def counts(result: dict[str, Any]) -> tuple[int, int, int, int, int]:
    return result["read"], result["added"], result["changed"], result["duplicate"], len({r["row"] for r in result["rejected"]})


def filled(store: Store) -> Store:
    for layer, rows in (("households", HOMES), ("persons", PEOPLE), ("isolation", STAYS)):
        result = take(store, layer, *rows)
        assert result["added"] == len(rows) - 1, (layer, result["rejected"])
    return store


def reasons(result: dict[str, Any]) -> list[tuple[int, str]]:
    return [(r["row"], r["column"]) for r in result["rejected"]]


@pytest.mark.parametrize("layer", RECORD_FIELDS)
def test_every_field_is_found_by_its_name_and_label_and_every_choice_is_read_one_way(layer: str) -> None:
    for field in RECORD_FIELDS[layer].values():
        assert recognise(layer, [field.name]) == {field.name: field.name}
        assert recognise(layer, [field.label]) == {field.label: field.name}
        texts = [folded(text) for value, others in field.values.items() for text in {value, *others}]
        assert len(texts) == len(set(texts)), field.name


@pytest.mark.parametrize("layer", RECORD_FIELDS)
def test_an_empty_workbook_of_ours_holds_no_records(store: Store, layer: str, tmp_path: Path) -> None:
    path = tmp_path / "empty.xlsx"
    path.write_bytes(template(layer))
    with pytest.raises(InputError, match="no rows"):
        plan_import(store, LOCAL, path, layer)


def test_a_later_list_changes_what_it_says_and_keeps_the_rest(store: Store) -> None:
    filled(store)
    result = take(
        store, "households", ["所属村", "门牌号", "人数", "联系电话"], ["朝阳村", "1号", 4, "199-0000-0009"], ["朝阳村", "2", None, None]
    )
    assert counts(result) == (2, 0, 1, 1, 0)
    home = store.run("select_known_households", LOCAL).set_index(["area_id", "door"]).loc[("a", "1")]
    assert home[["contact", "head_count", "phone"]].tolist() == ["张三", 4, "19900000009"]
    plan = plan_of(store, "persons", ["姓名", "电话", "身份证号"], ["李四", "19900000002", id_number(2)])
    assert set(plan.changes["field"]) == {"sex", "birth_date", "id_number"}
    assert dict(zip(plan.changes["field"], plan.changes["new"], strict=True))["birth_date"] == "1980-01-01"


def test_what_others_entered_is_masked_in_what_a_list_would_change_and_no_sentence_says_a_cell(store: Store) -> None:
    filled(store)
    number = store.run("select_known_persons", LOCAL).set_index("name").loc["张三", "person_id"]
    plan = plan_of(store, "persons", ["人员编号", "姓名", "电话", "身份证号"], [number, "赵一", "19900000077", id_number(5)])
    before = plan.changes.set_index("field")["old"].to_dict()
    assert before == {"name": "张*", "phone": "199****0001", "id_number": id_number(1)[:3] + "***********" + id_number(1)[-4:]}
    assert set(plan.changes["name"]) == {"赵*"}
    homes = plan_of(store, "households", [*HOMES[0], "备注"], ["朝阳村", "1", "张小三", 5, "门朝东"])
    assert homes.changes.set_index("field")["old"].dropna().to_dict() == {"contact": "张*", "head_count": "3"}
    assert not disclosures(View(store, LOCAL)).shape[0], "nothing was opened"
    bad = "420106196203041234"
    for layer, rows in (
        ("persons", [["姓名", "身份证号", "电话"], ["某某", bad, "19900000099"]]),
        ("isolation", [["姓名", "开始日期"], ["欧阳无名", "2020-02-05"]]),
        ("visits", [["户主", "日期", "结果"], ["欧阳无名", "2020-02-05", "无人"]]),
    ):
        refused = objection(plan_of(store, layer, *rows))
        assert refused is not None
        assert not {bad, "某某", "欧阳无名"} & set(re.findall(r"\w+", refused.text())), layer


def test_a_vacant_home_has_nobody_in_it_and_nobody_is_sought_there(store: Store) -> None:
    heading = ["所属村", "门牌号", "状态", "人数"]
    result = take(store, "households", heading, ["朝阳村", "1", "空置", None], ["朝阳村", "2", None, 3], ["朝阳村", "3", "空置", 2])
    assert reasons(result) == [(4, "人数")]
    homes = store.run("select_known_households", LOCAL).set_index("door")
    assert homes["head_count"].to_dict() == {"1": 0, "2": 3}
    assert screening.waiting_doors(View(store, LOCAL))["door"].tolist() == ["2"]
    result = take(store, "households", heading, ["朝阳村", "1", None, 4], ["朝阳村", "2", "空置", None])
    assert reasons(result) == [(2, "人数")], "a home that is known as vacant gets no people without another status"
    assert store.run("select_known_households", LOCAL).set_index("door")["head_count"].to_dict() == {"1": 0, "2": 0}


VISITS: list[tuple[str, int | None, int | None]] = [
    ("registered", 3, 1),
    ("registered", 100, 100),
    ("registered", 101, 0),
    ("registered", 2, 3),
    ("registered", None, 1),
    ("not_in", None, None),
    ("not_in", 5, None),
    ("refused", 1, 1),
    ("vacant", 0, 0),
    ("phone_only", -1, 0),
]


def test_a_visit_is_judged_alike_by_hand_and_in_a_workbook(store: Store) -> None:
    filled(store)
    home = store.run("select_known_households", LOCAL)["household_id"].iloc[0]
    by_hand = []
    for hour, (outcome, screened, key_persons) in enumerate(VISITS):
        try:
            screening.record_visit(
                store, LOCAL, home, outcome=outcome, screened=screened, key_persons=key_persons, effective_at=at(10, hour)
            )
            by_hand.append(None)
        except InputError as error:
            by_hand.append(str(error))
    heading = ["户编号", "日期", "结果", "摸排人数", "重点人员数"]
    rows = [[home, f"2020-02-11 {hour:02d}:00", *visit] for hour, visit in enumerate(VISITS)]
    plan = plan_of(store, "visits", heading, *rows)
    told = {r.row - 2: str(r.reason) for r in plan.rejected}
    assert [told.get(n) is None for n in range(len(VISITS))] == [said is None for said in by_hand]
    assert {n: said for n, said in enumerate(by_hand) if said and n != 9} == {n: said for n, said in told.items() if n != 9}
    assert {(r.row, r.column) for r in plan.rejected} == {(row, "摸排人数") for row in (4, 8, 9, 11)} | {
        (row, "重点人员数") for row in (5, 6)
    }


def test_an_item_is_kept_in_one_unit_of_measure_whatever_the_order_of_the_rows(store: Store) -> None:
    supplies.move(store, LOCAL, "a", "口罩", action="receive", quantity=100, measure_unit="只", effective_at=at(1))
    heading = ["所属村", "物资", "动作", "数量", "单位", "日期"]
    result = take(
        *(store, "supplies", heading),
        *[["朝阳村", "口罩", "使用", 30, None, "2020-02-03"], ["朝阳村", "口罩", "盘点", 5, "箱", "2020-02-04"]],
        *[["柳林村", "口罩", "使用", 40, "箱", "2020-02-05"], ["柳林村", "口罩", "入库", 50, "箱", "2020-02-04"]],
        *[["柳林村", "口罩", "使用", 1, "只", "2020-02-06"], ["柳林村", "口罩", "使用", 0, "箱", "2020-02-07"]],
    )
    assert reasons(result) == [(3, "单位"), (6, "单位"), (7, "数量")]
    stock = supplies.stock(View(store, LOCAL)).set_index("area_id")
    assert stock[["stock", "measure_unit"]].T.to_dict("list") == {"a": [70, "只"], "b": [10, "箱"]}


def test_nobody_is_born_in_the_future_typed_or_by_an_id_number(store: Store) -> None:
    unborn = id_number(1, born="20200213")
    result = take(
        store,
        "persons",
        ["姓名", "身份证号", "出生日期", "电话"],
        ["甲", unborn, None, 19900000001],
        ["乙", None, "2020-02-13", 19900000002],
    )
    assert reasons(result) == [(2, "身份证号"), (3, "出生日期")]
    assert {r["reason"] for r in result["rejected"]} == {"This birthday lies in the future; correct it."}
    with pytest.raises(InputError, match=r"This birthday lies in the future; correct it\."):
        persons.enter(store, LOCAL, name="甲", area_id="a", id_number=unborn)
    assert result["added"] == 0


def test_a_door_is_one_however_it_is_written(store: Store) -> None:
    take(store, "households", ["所属村", "门牌号"], ["朝阳村", "2单元301室"], ["朝阳村", "2单元302"])
    result = take(
        store,
        "households",
        ["所属村", "单元", "室号", "人数"],
        ["朝阳村", "2单元", "301", 3],
        ["朝阳村", 2, 302, None],
        ["朝阳村", 3, 301, 1],
    )
    assert counts(result) == (3, 1, 1, 1, 0)
    assert sorted(store.run("select_known_households", LOCAL)["door"]) == ["2单元301室", "2单元302", "3-301"]


def test_rows_that_contradict_each_other_are_told_and_people_of_one_name_are_told_apart(store: Store) -> None:
    filled(store)
    result = take(store, "households", ["所属村", "门牌号", "人数"], ["柳林村", "9", 3], ["柳林村", "9", 5])
    assert counts(result) == (2, 1, 0, 0, 1)
    assert "row 2" in result["rejected"][0]["reason"]
    stays = [
        ["姓名", "所属村", "门牌号", "开始日期"],
        ["王五", None, None, "2月6日"],
        ["王五", "柳林村", None, "2月6日"],
        ["王五", "朝阳村", "2", "2月6日"],
    ]
    result = take(store, "isolation", *stays)
    assert reasons(result) == [(2, "姓名")]
    assert result["added"] == 2, "a village, or a door, tells which of the two it is"
    found = store.run("select_known_persons", LOCAL)
    assert sorted(found.loc[found["name"] == "王五", "area_id"]) == ["a", "b"]


def test_an_id_number_of_another_name_is_nobody_and_a_changed_name_no_reason_to_guess(store: Store) -> None:
    filled(store)
    heading = ["姓名", "身份证号", "开始日期"]
    result = take(
        store, "isolation", heading, ["张三丰", id_number(1), "2月6日"], ["张三", id_number(9), "2月6日"], ["赵六", None, "2月6日"]
    )
    assert [row for row, _ in reasons(result)] == [2, 3, 4]
    assert result["added"] == 0


def test_isolation_goes_along_its_states_and_nobody_has_two_episodes_at_once(store: Store) -> None:
    filled(store)
    heading = ["姓名", "状态", "变更时间", "原因"]
    result = take(store, "isolation", heading, ["张三", "住院", "2月7日 10:00", "发热"], ["李四", "解除", "2月8日", None])
    assert reasons(result) == [(3, "状态")]
    assert "write the reason" in result["rejected"][0]["reason"]
    assert counts(take(store, "isolation", heading, ["张三", "住院", "2月7日 10:00", "发热"])) == (1, 0, 0, 1, 0)
    result = take(
        store,
        "isolation",
        heading,
        ["李四", "转出", "2月9日", "回原籍"],
        ["李四", "观察中", "2月10日", None],
        ["张三", "解除", "2月1日", "x"],
    )
    assert [row for row, _ in reasons(result)] == [3, 4]
    assert set(isolation.episodes(View(store, LOCAL))["state"]) == {"hospital", "transferred"}
    result = take(store, "isolation", ["姓名", "开始日期"], ["张三", "2月9日"], ["李四", "2月11日"])
    assert reasons(result) == [(2, "开始日期")]
    assert "nobody has two" in result["rejected"][0]["reason"]
    assert result["added"] == 1, "after the end a new risk is a new episode"


def test_an_isolation_that_is_over_comes_in_with_its_end(store: Store) -> None:
    for layer, rows in (("households", HOMES), ("persons", PEOPLE)):
        take(store, layer, *rows)
    heading = ["姓名", "开始日期", "状态", "解除日期"]
    result = take(
        store, "isolation", heading, ["张三", "2020-01-25", "已解除", "2020-02-08"], ["李四", "2020-02-05", "隔离中", "2020-02-19"]
    )
    assert result["added"] == 2
    found = isolation.episodes(View(store, LOCAL)).set_index("state")
    assert found.loc["released", "since"] == at(8)
    assert found.loc["observing", "days"] == 14
    assert set(isolation.episodes(View(store, LOCAL, at=at(7)))["state"]) == {"observing"}


def test_a_reading_lies_within_an_isolation_and_is_never_entered_twice(store: Store) -> None:
    filled(store)
    heading = ["姓名", "日期", "时段", "体温"]
    result = take(
        store,
        "readings",
        *[heading, ["张三", "2月4日", "上午", 36.5], ["张三", "2月4日", "上午", 36.5], ["张三", "2月4日", "上午", 37.5]],
        *[
            ["张三", "2月1日", "上午", 36.5],
            ["张三", "2月13日", "上午", 36.5],
            ["张三", "2月4日", "下午", "45"],
            ["王五", "2月4日", "下午", "36"],
        ],
    )
    assert reasons(result) == [(4, "体温"), (5, "日期"), (6, "日期"), (7, "体温"), (8, "姓名")]
    assert counts(result) == (7, 1, 0, 1, 5)
    assert store.run("select_known_readings", LOCAL)["effective_at"].tolist() == [at(4, 8)]


def test_readings_of_nobody_who_is_known_are_told_row_by_row(store: Store) -> None:
    heading = ["姓名", "日期", "上午"]
    assert reasons(take(store, "readings", heading, ["张三", "2月4日", 36.5], ["李四", "2月4日", 36.5])) == [(2, "姓名"), (3, "姓名")]
    for layer, rows in (("households", HOMES), ("persons", PEOPLE)):
        take(store, layer, *rows)
    assert reasons(take(store, "readings", heading, ["张三", "2月4日", 36.5])) == [(2, "姓名")]


def test_the_first_morning_of_an_isolation_counts_from_its_start(store: Store) -> None:
    for layer, rows in (("households", HOMES), ("persons", PEOPLE)):
        take(store, layer, *rows)
    take(store, "isolation", ["姓名", "开始日期"], ["张三", "2020-02-05 08:40"], ["李四", "2020-02-05 13:00"])
    twice = [
        ["姓名", "日期", "上午", "下午"],
        ["张三", "2月5日", 36.5, 36.6],
        ["张三", "2月4日", None, 36.5],
        ["李四", "2月5日", 36.5, 36.6],
    ]
    result = take(store, "readings", *twice)
    assert reasons(result) == [(3, "日期"), (4, "上午")], "a whole row is of another day; else it is one reading"
    assert store.run("select_known_readings", LOCAL)["effective_at"].tolist() == [at(5, 8, 40), at(5, 15)]
    heading = ["姓名", "日期", "时段", "体温"]
    result = take(
        *(store, "readings", heading, ["张三", "2月5日", "上午", 36.5], ["张三", "2月5日", "08:00", 36.5]),
        *[["李四", "2月5日", "13:30", 36.7], ["李四", "2月5日", None, 36.5]],
    )
    assert result["duplicate"] == 1, "the same morning again"
    assert reasons(result) == [(3, "日期"), (5, "日期")], "an hour that is told is the hour meant; a day alone is its morning"


def test_a_file_that_is_no_such_list_is_one_sentence(store: Store, test_data: Path) -> None:
    for file in sorted((test_data / "tables").glob("*.csv")):
        for layer in RECORD_FIELDS:
            with pytest.raises(EpiGridError) as error:
                plan_import(store, LOCAL, file, layer)
            assert "\n" not in str(error.value)
    with pytest.raises(InputError, match=r"\.xlsx"):
        plan_import(store, LOCAL, next((test_data / "admin").glob("*.geojson")), "persons")


def test_a_mapping_is_remembered_for_the_office_that_corrected_it(store: Store) -> None:
    odd = [["甲", "乙", "村"], ["3", "赵六", "朝阳村"]]
    corrected: dict[str, str | None] = {"甲": "door", "乙": "contact", "村": "area_id"}
    with pytest.raises(InputError):
        plan_of(store, "households", *odd)
    take(store, "households", *odd, mapping=corrected, office="卫健办")
    assert plan_of(store, "households", *odd, office="卫健办").read == 1
    with pytest.raises(InputError):
        plan_of(store, "households", *odd, office="教育办")
    take(store, "households", *odd, mapping={**corrected, "乙": None})
    assert plan_of(store, "households", *odd, office="教育办").mapping["乙"] is None, "what anybody corrected holds where an office has not"


def test_what_is_exported_is_known_when_it_is_imported_and_that_it_was_is_recorded(store: Store, tmp_path: Path) -> None:
    filled(store)
    take(
        store,
        "readings",
        ["姓名", "日期", "上午", "下午", "参与人"],
        ["张三", "2月4日", 36.5, 37.1, "甲、乙"],
        ["李四", "2月6日", 36.5, None, None],
    )
    for layer, rows in (("households", 3), ("persons", 4), ("isolation", 2), ("readings", 3)):
        for name in (f"{layer}.xlsx", f"{layer}.csv"):
            export_layer(store, LOCAL, layer, tmp_path / name, language="zh_CN")
            assert counts(result_json(plan_import(store, LOCAL, tmp_path / name, layer))) == (rows, 0, 0, rows, 0), name
    assert set(disclosures(View(store, LOCAL))["subject_table"]) == {"household_event", "person_event", "isolation_event", "reading"}


FAR = "<mergeCells><mergeCell ref='C1:XFD1048576'/></mergeCells><hyperlinks><hyperlink ref='C:XFD' display='x'/></hyperlinks>"


@pytest.mark.parametrize(("row", "cell"), [(200_000, "XFD200000"), (3000, "ALL3000")])
def test_a_list_with_something_far_off_is_read_and_marked_in_little_memory(store: Store, tmp_path: Path, row: int, cell: str) -> None:
    heading = "<row r='1'><c r='A1' t='inlineStr'><is><t>姓名</t></is></c><c r='B1' t='inlineStr'><is><t>性别</t></is></c></row>"
    person = "<row r='2'><c r='A2' t='inlineStr'><is><t>张三</t></is></c><c r='B2' t='inlineStr'><is><t>不详</t></is></c></row>"
    far = f"<row r='{row}'><c r='{cell}'><v>1</v></c></row>"
    path = packed(tmp_path / "far.xlsx", f"<sheetData>{heading}{person}{far}</sheetData>{FAR}")
    plans: list[Plan] = []
    assert memory_of(lambda: plans.append(plan_import(store, LOCAL, path, "persons"))) < 20_000_000
    assert reasons(result_json(plans[0])) == [(2, "性别")], "what stands beyond the columns that are read is no record"
    assert plans[0].marked_file is not None
    assert openpyxl.load_workbook(plans[0].marked_file).active["B2"].comment


def test_a_sheet_with_more_rows_than_there_are_is_one_sentence(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path / "long.xlsx", f"<sheetData>{CORNER % (10**12, 'A1')}</sheetData>")
    with pytest.raises(InputError, match="more rows and columns"):
        plan_import(store, LOCAL, path, "persons")
    monkeypatch.setattr(readers, "MAX_CELLS", 100)
    path = packed(tmp_path / "wide.xlsx", f"<sheetData>{CORNER % (2, 'IV2')}</sheetData>")
    with pytest.raises(InputError, match="more rows and columns"):
        plan_import(store, LOCAL, path, "persons")


@given(st.dates(date(1900, 1, 1), NOW.date()), st.integers(0, 999))
def test_an_id_number_is_read_in_every_form_and_a_slip_is_found(born: date, order: int) -> None:
    number = id_number(order, born=f"{born:%Y%m%d}")
    forms = [number, number.lower(), f" {number[:6]} {number[6:14]}-{number[14:]}"]
    read = convert(forms, Field("id_number", "id_number", ("身份证号",)))
    assert read == [number] * 3
    slip = str((int(number[3]) + 1) % 10)
    assert convert([number[:3] + slip + number[4:]], Field("id_number", "id_number", ("身份证号",))) == [None]


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("phone", "１９９００００００００", "19900000000"),
        ("phone", 1.9900000001e10, "19900000001"),
        ("phone", "0372-1234567", "03721234567"),
        ("phone", "19900000001/19900000002", None),
        ("temperature", "36。5℃", 36.5),
        ("temperature", 365, None),
        ("symptoms", "无", None),
        ("symptoms", "发热、头晕,咳嗽", "fever,other,cough"),
        ("moment", "20200203", at(3)),
        ("moment", "12月30日", at(3).replace(year=2019, month=12, day=30)),
        ("moment", "2月3日下午", at(3, 15)),
        ("moment", 43864, at(3)),
        ("time", "8点半", None),
        ("door", "２单元 301室", "2单元301室"),
    ],
)
def test_cells_are_read_as_they_are_written(kind: Any, cell: Any, value: Any) -> None:
    assert convert([cell], Field("x", kind, ("x",))) == [value]


def convert(cells: list[Any], field: Field) -> list[Any]:
    return convert_record(pd.Series(cells, dtype="object"), field, Clock(NOW))[0].tolist()
