"""Cases in workbooks and by hand: rows that name nobody are counted, a corrected date changes the case and its replay, notes are kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from errors import InputError, NotFound
from ledgers import undoing
from ledgers.intake.imports import apply_import, plan_import, result_json
from ledgers.risk import cases
from ledgers.risk.levels import levels
from queries.store import LOCAL, Store, open_store
from queries.view import View
from tests.filled import copy_filled
from tests.township import at, fill

HEADINGS = ["病例编号", "所属村", "确诊日期", "病例状态", "是否聚集性", "备注"]


def people(store: Store) -> None:
    fill(store, recorded_at=at(1))
    row = {"person_id": "p1", "area_id": "a", "name": "张三", "phone": "19900000001", "effective_at": at(1), "recorded_at": at(1)}
    store.append(LOCAL, {"person_event": pd.DataFrame([row])})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(copy_filled(people, tmp_path / "w")) as opened:
        yield opened


def take(store: Store, *rows: Sequence[object], headings: Sequence[str] = HEADINGS) -> dict[str, Any]:
    """Import rows of cases; return how many were added, changed, unchanged, and why which was rejected."""
    book = openpyxl.Workbook()
    for row in (headings, *rows):
        book.active.append(list(row))
    path = store.path.parent / "cases.xlsx"
    book.save(path)
    plan = plan_import(store, LOCAL, path, "cases")
    told = result_json(plan)
    apply_import(store, LOCAL, plan, accept_valid=True)
    return {**told, "rejected": [row["reason"] for row in told["rejected"]]}


def unnamed(
    village: str = "朝阳村", day: str = "2020-02-05", status: str | None = None, cluster: str | None = None, note: str | None = None
):
    return [None, village, day, status, cluster, note]


def done(found: dict[str, Any]) -> tuple[int, int, int, int]:
    return found["added"], found["changed"], found["duplicate"], len(found["rejected"])


# Rows that name nobody


def test_sixty_rows_of_one_village_and_day_are_sixty_cases(store: Store) -> None:
    rows = [unnamed() for _ in range(60)]
    assert done(take(store, *rows)) == (60, 0, 0, 0)
    assert done(take(store, *rows)) == (0, 0, 60, 0)
    found = levels(View(store, LOCAL)).set_index("id")
    assert (len(cases.cases(View(store, LOCAL))), found.loc["a", "cases"], found.loc["b", "cases"]) == (60, 60, 0)
    assert done(take(store, *rows, unnamed(), unnamed(village="柳林村"))) == (2, 0, 60, 0), "one more than stand is one more"
    assert done(take(store, unnamed(day="2020-02-05 14:00"))) == (0, 0, 1, 0), "known by place and day, whatever the hour"


def test_rows_that_say_more_are_told_apart_by_it_and_the_same_file_changes_nothing(store: Store) -> None:
    rows = [
        unnamed(),
        unnamed(cluster="是", note="聚餐"),
        unnamed(note="男，40岁"),
        unnamed(cluster="是"),
    ]
    assert done(take(store, *rows)) == (4, 0, 0, 0)
    for order in (rows, rows[::-1]):
        assert done(take(store, *order)) == (0, 0, 4, 0)
    assert sorted(cases.cases(View(store, LOCAL))["note"].dropna()) == ["男，40岁", "聚餐"]


def test_what_was_withdrawn_is_not_confirmed_again_by_an_old_file(store: Store) -> None:
    rows = [unnamed() for _ in range(3)]
    take(store, *rows)
    cases.withdraw(store, LOCAL, cases.cases(View(store, LOCAL))["case_id"].tolist()[:1], reason="复核阴性")
    found = take(store, *rows)
    assert done(found) == (0, 0, 2, 1) and "withdrawn since" in found["rejected"][0]
    assert len(cases.cases(View(store, LOCAL))) == 2


def test_a_list_in_which_some_are_withdrawn_withdraws_as_many_once(store: Store) -> None:
    take(store, *(unnamed() for _ in range(4)))
    rows = [unnamed(), unnamed(status="撤销"), unnamed(), unnamed(status="确诊")]
    assert done(take(store, *rows)) == (0, 1, 3, 0)
    assert done(take(store, *rows)) == (0, 0, 4, 0)
    assert len(cases.cases(View(store, LOCAL))) == 3
    found = take(store, *([unnamed(village="柳林村", status="撤销")]))
    assert "no confirmed case to withdraw" in found["rejected"][0]


# Dates that are corrected


@pytest.mark.parametrize(("first", "second"), [(5, 2), (5, 9)])
def test_a_corrected_date_changes_the_case_and_its_replay(store: Store, first: int, second: int) -> None:
    store.set_settings(LOCAL, {"clock": at(10, 18).isoformat()})
    take(store, ["c1", "朝阳村", f"2020-02-{first:02}", None, None, "输入"])
    store.set_settings(LOCAL, {"clock": at(12, 18).isoformat()})
    assert done(take(store, ["c1", "朝阳村", f"2020-02-{second:02}", None, None, None])) == (0, 1, 0, 0)
    assert done(take(store, ["c1", "朝阳村", f"2020-02-{second:02}", None, None, None])) == (0, 0, 1, 0)

    def told(moment: datetime, known: datetime | None = None) -> list[int]:
        return [day.day for day in cases.cases(View(store, LOCAL, at=moment, known_at=known))["confirmed_at"]]

    assert told(at(12), at(11)) == [first], "as known before"
    assert told(at(12)) == [second]
    between = at(min(first, second) + 1)
    assert told(between) == ([second] if second < first else [])
    assert cases.cases(View(store, LOCAL))["note"].tolist() == ["输入"], "what a row leaves open stays"
    level = levels(View(store, LOCAL)).set_index("id").loc["a"]
    assert (level["cases"], level["level"], level["since"].day, level["until"].day) == (1, "medium", second, second + 14)
    before = levels(View(store, LOCAL, at=at(12), known_at=at(11))).set_index("id").loc["a"]
    assert (before["since"].day, before["until"].day) == (first, first + 14)
    batches = store.run("select_batches", LOCAL)
    last = batches.loc[batches["changed"] == 1, "batch_id"].iloc[0]
    undoing.undo(store, LOCAL, store.run("select_batch_events", LOCAL, batch_id=last)["event_id"].tolist())
    assert told(at(12, 18)) == [first], "undone as a whole"


def test_the_date_and_the_note_of_a_person_are_corrected_by_name(store: Store) -> None:
    headings = ["姓名", "联系电话", "确诊日期", "备注"]
    row = ["张三", "19900000001", "2020-02-05", "县医院"]
    assert done(take(store, row, headings=headings)) == (1, 0, 0, 0)
    assert done(take(store, [*row[:3], "市医院"], headings=headings)) == (0, 1, 0, 0)
    assert done(take(store, [*row[:2], "2020-02-03", None], headings=headings)) == (0, 1, 0, 0)
    found = cases.cases(View(store, LOCAL))
    assert found[["person_id", "note"]].to_numpy().tolist() == [["p1", "市医院"]] and found["confirmed_at"].iloc[0] == at(3)
    found_two = take(store, [*row[:2], "2020-02-04", None], [*row[:2], "2020-02-06", None], headings=headings)
    assert done(found_two) == (0, 1, 0, 1) and "different things of one case" in found_two["rejected"][0]


def test_a_day_alone_leaves_the_hour_that_is_known(store: Store) -> None:
    cases.enter(store, LOCAL, "a", confirmed_at=at(5, 14))
    case = cases.cases(View(store, LOCAL))["case_id"].iloc[0]
    assert done(take(store, [case, "朝阳村", "2020-02-05", None, "是", None])) == (0, 1, 0, 0)
    found = cases.cases(View(store, LOCAL))
    assert (found["confirmed_at"].iloc[0], bool(found["cluster"].iloc[0])) == (at(5, 14), True)


def test_a_withdrawal_dated_before_the_confirmation_withdraws(store: Store) -> None:
    take(store, ["c1", "朝阳村", "2020-02-05", None, None, None])
    assert done(take(store, ["c1", "朝阳村", "2020-02-03", "撤销", None, None])) == (0, 1, 0, 0)
    assert cases.cases(View(store, LOCAL)).empty
    found = take(store, ["c1", "朝阳村", "2020-02-05", "确诊", None, None])
    assert "was withdrawn on 2020-02-05" in found["rejected"][0]
    assert done(take(store, ["c1", "朝阳村", "2020-02-08", "确诊", None, None])) == (0, 1, 0, 0)
    assert cases.cases(View(store, LOCAL))["confirmed_at"].tolist() == [at(8)]
    found = take(store, ["c1", "朝阳村", "2020-02-04", "确诊", None, None])
    assert "was withdrawn on 2020-02-05, and confirmed again" in found["rejected"][0]


def test_a_case_of_tomorrow_is_refused(store: Store) -> None:
    found = take(store, unnamed(day="2020-02-13"))
    assert "lies in the future" in found["rejected"][0]


# By hand


def test_a_case_is_corrected_by_hand_and_the_correction_undone(store: Store) -> None:
    cases.enter(store, LOCAL, "a", confirmed_at=at(5, 9), note="输入")
    case = cases.cases(View(store, LOCAL))["case_id"].iloc[0]
    written = cases.correct(store, LOCAL, case, confirmed_at=at(3, 9), reason="报告单日期")
    cases.correct(store, LOCAL, case, cluster=True, note="聚餐", reason="流调")
    found = cases.cases(View(store, LOCAL))
    assert found[["confirmed_at", "cluster", "note"]].to_numpy().tolist() == [[at(3, 9), True, "聚餐"]]
    for wrong, told in (
        ({"reason": " "}, "Say why"),
        ({"reason": "x", "confirmed_at": at(20)}, "future"),
        ({"reason": "x"}, "nothing changes"),
    ):
        with pytest.raises(InputError, match=told):
            cases.correct(store, LOCAL, case, **wrong)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        cases.correct(store, LOCAL, "nobody", reason="x", note="y")
    assert len(written) == 2
