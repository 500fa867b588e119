"""Rows of isolation and persons against what is known: nobody in two isolations or twice in the ledger, no date changed in silence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from errors import InputError
from ledgers import undoing
from ledgers.intake.imports import apply_import, plan_import, result_json, undo_batch
from ledgers.people import isolation, persons, readings
from ledgers.risk import cases
from queries.events import LOCAL, Batch, Viewer
from queries.store import Store
from queries.view import View
from tests.messy import id_number
from tests.township import at, township

ONLY_B = Viewer("b", areas=frozenset({"b"}))
SIGNED = {"reason": "密切接触", "ordered_by": "社区"}
HEADING = ["隔离编号", "姓名", "开始日期", "隔离天数", "状态", "解除日期", "变更时间", "原因"]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with township(tmp_path / "workspace") as opened:
        people = [("p", "a", "张三", id_number(1)), ("q", "b", "李四", id_number(2))]
        frame = pd.DataFrame(people, columns=["person_id", "area_id", "name", "id_number"]).assign(effective_at=at(1))
        opened.append(LOCAL, {"person_event": frame})
        yield opened


def take(store: Store, layer: str, heading: list[str], *rows: list[Any], viewer: Viewer = LOCAL) -> tuple[dict[str, Any], Batch | None]:
    book = openpyxl.Workbook()
    for row in (heading, *rows):
        book.active.append(row)
    path = store.path.parent / "list.xlsx"
    book.save(path)
    plan = plan_import(store, viewer, path, layer)
    return result_json(plan), apply_import(store, viewer, plan, accept_valid=True)


def stays(store: Store, *rows: dict[str, Any], viewer: Viewer = LOCAL) -> tuple[tuple[int, int], list[tuple[str, str]]]:
    """Import rows of isolation; return how many were added and repeated, and of the rejected cells column and reason."""
    result, _ = take(store, "isolation", HEADING, *[[row.get(name) for name in HEADING] for row in rows], viewer=viewer)
    assert result["added"] + result["duplicate"] + len({r["row"] for r in result["rejected"]}) == len(rows)
    return (result["added"], result["duplicate"]), [(r["column"], r["reason"]) for r in result["rejected"]]


def begin(store: Store, person: str, day: int) -> str:
    return isolation.start(store, LOCAL, person, started_at=at(day, 8), **SIGNED)[0]


def test_a_row_does_not_reach_into_another_isolation(store: Store) -> None:
    known = begin(store, "p", 3)
    isolation.change(store, LOCAL, known, "released", reason="核酸阴性", effective_at=at(8))
    before = {"姓名": "张三", "开始日期": "2020-01-20", "状态": "解除", "解除日期": "2020-02-03"}
    taken, rejected = stays(
        store,
        {"姓名": "张三", "开始日期": "2020-02-01", "状态": "解除", "解除日期": "2020-02-05"},
        {"姓名": "张三", "开始日期": "2020-02-02"},
        {"姓名": "张三", "开始日期": "2020-02-05", "状态": "解除", "解除日期": "2020-02-06"},
        before,
        {**before, "开始日期": "2020-01-25"},
    )
    assert taken == (1, 0)
    assert [column for column, _ in rejected] == ["开始日期"] * 4
    assert all("nobody is in two" in reason for _, reason in rejected)
    assert len(isolation.episodes(View(store, LOCAL, at=at(2, 12)))) == 1
    assert stays(store, before) == ((0, 1), [])


def test_dates_are_not_changed_without_a_reason(store: Store) -> None:
    episode = begin(store, "p", 3)
    for row in (
        {"隔离天数": 21},
        {"解除日期": "2020-02-24"},
        {"隔离编号": episode, "开始日期": "2020-02-04"},
        {"开始日期": "2020-02-03 10:00"},
    ):
        taken, rejected = stays(store, {"姓名": "张三", **row})
        assert taken == (0, 0), row
        assert [reason for _, reason in rejected] == ["This changes the dates of the isolation; write the reason."]
        assert rejected[0][0] in row
    assert len(isolation.history(View(store, LOCAL), episode)) == 1
    assert stays(store, {"姓名": "张三", "隔离天数": 21, "原因": "延长"}) == ((1, 0), [])
    now = isolation.episodes(View(store, LOCAL)).iloc[0]
    assert (now["days"], now["started_at"]) == (21, at(3, 8))


def test_a_day_alone_keeps_the_hour_and_an_old_start_brings_nothing_back(store: Store) -> None:
    episode = begin(store, "p", 3)
    assert stays(store, {"姓名": "张三", "开始日期": "2020-02-03", "隔离天数": 14}) == ((0, 1), [])
    isolation.set_dates(store, LOCAL, episode, started_at=at(5, 9), reason="再次接触", effective_at=at(6))
    gone = {"姓名": "张三", "开始日期": "2020-02-03", "状态": "住院", "变更时间": "2020-02-07", "原因": "发热"}
    assert stays(store, gone) == ((1, 0), [])
    now = isolation.episodes(View(store, LOCAL)).iloc[0]
    assert (now["state"], now["started_at"], now["days"]) == ("hospital", at(5, 9), 14)
    assert stays(store, gone) == ((0, 1), [])


def test_an_end_told_otherwise_is_no_repetition(store: Store) -> None:
    episode = begin(store, "p", 3)
    isolation.change(store, LOCAL, episode, "released", reason="核酸阴性", effective_at=at(8, 9))
    over = {"姓名": "张三", "开始日期": "2020-02-03", "状态": "解除", "解除日期": "2020-02-08"}
    assert stays(store, over) == ((0, 1), [])
    taken, rejected = stays(store, {**over, "解除日期": "2020-02-07"})
    assert taken == (0, 0)
    assert "ended on 2020-02-08 09:00" in rejected[0][1]


def test_an_end_lies_after_the_last_reading(store: Store) -> None:
    episode = begin(store, "p", 3)
    readings.record(store, LOCAL, episode, temperature=36.5, effective_at=at(9, 9))
    over = {"姓名": "张三", "状态": "转出", "原因": "回原籍", "解除日期": "2020-02-09"}
    taken, rejected = stays(store, over)
    assert taken == (0, 0)
    assert (rejected[0][0], "taken at 2020-02-09 09:00" in rejected[0][1]) == ("解除日期", True)
    assert stays(store, {**over, "解除日期": "2020-02-10"}) == ((1, 0), [])


def test_an_unknown_number_is_a_new_isolation_or_none(store: Store) -> None:
    begin(store, "p", 3)
    for row in ({"隔离天数": 21, "原因": "延长"}, {"开始日期": "2020-02-03"}, {"开始日期": "2020-02-10"}):
        taken, rejected = stays(store, {"隔离编号": "E-1", "姓名": "张三", **row})
        assert taken == (0, 0)
        assert rejected == [("隔离编号", "An isolation of this person is open since 2020-02-03; nobody has two at a time.")]
    assert stays(store, {"隔离编号": "E-2", "姓名": "李四", "开始日期": "2020-02-10"}) == ((1, 0), [])
    assert set(isolation.episodes(View(store, LOCAL), person="q")["episode_id"]) == {"E-2"}


def test_what_the_viewer_does_not_see_counts_and_stays_as_it_is(store: Store) -> None:
    episode = begin(store, "q", 3)
    isolation.move(store, LOCAL, episode, area_id="a", reason="集中隔离")
    for row in (
        {"开始日期": "2020-02-10"},
        {"开始日期": "2020-02-03", "状态": "住院", "原因": "发热"},
        {"隔离编号": episode, "状态": "住院", "原因": "x"},
    ):
        taken, rejected = stays(store, {"姓名": "李四", **row}, viewer=ONLY_B)
        assert (taken, len(rejected)) == ((0, 0), 1), row
    assert isolation.episodes(View(store, LOCAL))["state"].tolist() == ["observing"]


def test_an_id_number_is_in_the_ledger_once_whoever_looks(store: Store) -> None:
    heading = ["person_id", "姓名", "身份证号", "所属村"]
    taken, rejected = people(store, heading, [None, "张三", id_number(1), "柳林村"], viewer=ONLY_B)
    assert (taken, rejected) == (0, [("身份证号", "Somebody with this ID number is in the ledger already; open that file.")])
    taken, rejected = people(store, heading, ["n1", "王五", id_number(3), "朝阳村"], ["n2", "王五", id_number(3), "朝阳村"])
    assert (taken, [column for column, _ in rejected]) == (1, ["身份证号"])
    taken, rejected = people(store, heading, ["p", "王五", None, "柳林村"], viewer=ONLY_B)
    assert (taken, [column for column, _ in rejected]) == (0, ["person_id"])
    assert persons.persons(View(store, LOCAL))["id_number"].is_unique


def test_a_person_is_one_case_whoever_looks(store: Store) -> None:
    heading = ["病例编号", "姓名", "身份证号", "确诊日期", "病例状态", "所属村"]
    confirmed = ["c1", "张三", id_number(1), "2020-02-05", "确诊", None]
    result, _ = take(store, "cases", heading, confirmed, ["c2", *confirmed[1:]], [None, None, None, "2020-02-05", "确诊", "柳林村"])
    assert (result["added"], [r["row"] for r in result["rejected"]]) == (2, [3])
    assert "confirmed case already" in result["rejected"][0]["reason"]
    moved = {"person_id": "p", "area_id": "b", "name": "张三", "id_number": id_number(1), "effective_at": at(6)}
    store.append(LOCAL, {"person_event": pd.DataFrame([moved])})
    other = ["确诊", None]
    result, _ = take(store, "cases", heading, [None, "张三", id_number(1), "2020-02-07", *other], viewer=ONLY_B)
    assert "confirmed case already" in result["rejected"][0]["reason"]
    result, _ = take(store, "cases", heading, ["c1", None, None, "2020-02-07", "排除", "柳林村"], viewer=ONLY_B)
    assert (result["added"], [r["column"] for r in result["rejected"]]) == (0, ["病例编号"])
    assert sorted(cases.cases(View(store, LOCAL))["area_id"]) == ["a", "b"]


def people(store: Store, heading: list[str], *rows: list[Any], viewer: Viewer = LOCAL) -> tuple[int, list[tuple[str, str]]]:
    result, _ = take(store, "persons", heading, *rows, viewer=viewer)
    return result["added"] + result["changed"], [(r["column"], r["reason"]) for r in result["rejected"]]


# Undoing an import


def test_an_import_is_not_undone_while_what_came_after_rests_on_it(store: Store) -> None:
    _, batch = take(store, "isolation", ["姓名", "开始日期"], ["张三", "2020-02-03"])
    assert batch is not None
    episode = isolation.episodes(View(store, LOCAL))["episode_id"].iloc[0]
    released = isolation.change(store, LOCAL, episode, "released", reason="核酸阴性", effective_at=at(8))
    with pytest.raises(InputError, match="rest on it"):
        undo_batch(store, LOCAL, batch.batch_id)
    undoing.undo(store, LOCAL, released)
    undo_batch(store, LOCAL, batch.batch_id)
    assert isolation.episodes(View(store, LOCAL)).empty


def test_areas_are_not_undone_under_the_people_in_them(store: Store) -> None:
    _, batch = take(store, "areas", ["编号", "名称", "级别", "上级"], ["nv", "新村", "village", "t"])
    assert batch is not None
    home = {"household_id": "h", "area_id": "nv", "effective_at": at(2)}
    unit = {"unit_id": "u", "area_id": "nv", "name": "超市", "effective_at": at(2)}
    written = store.append(LOCAL, {"household_event": pd.DataFrame([home]), "unit_event": pd.DataFrame([unit])})
    person, entered = persons.enter(store, LOCAL, name="王五", area_id="nv")
    isolation.start(store, LOCAL, person, **SIGNED)
    for moved_away in ("with 1 households, 1 persons, 1 units and 1 open", "with 0 households, 0 persons, 0 units and 1 open"):
        with pytest.raises(InputError, match=f"新村 would be no more, {moved_away}"):
            undo_batch(store, LOCAL, batch.batch_id)
        if moved_away.startswith("with 1"):
            store.undo(LOCAL, [*written, *entered])
    assert "nv" in set(store.layer("areas", LOCAL)["id"])
    episode = isolation.episodes(View(store, LOCAL))["episode_id"].iloc[0]
    isolation.move(store, LOCAL, episode, area_id="a", reason="撤并")
    undo_batch(store, LOCAL, batch.batch_id)
    assert "nv" not in set(store.layer("areas", LOCAL)["id"])
