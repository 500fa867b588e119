"""Lists: taken in, counted, decided, and made persons of the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from made_lists import made_lists
from township import HOSTILE, at, township

from errors import InputError, NotFound
from ledgers.lists import entries
from ledgers.lists.files import read_list
from ledgers.people import persons
from queries.events import LOCAL, Viewer
from queries.store import Store
from queries.view import View

ID, OTHER_ID = "99999919620304128X", "999999197005060011"
EDUCATION, HEALTH = "教育局名单", "卫健局名单"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with township(tmp_path) as opened:
        yield opened


def take(store: Store, list_name: str, *rows: dict[str, object], area: str = "a", **when: object) -> entries.Taken:
    return entries.take_in(store, LOCAL, pd.DataFrame(list(rows)), list_name=list_name, area_id=area, **when)


def three_lists(store: Store) -> None:
    """王 is in both lists and in the ledger; 李 in both; 赵 in one; whether the two 孙 are one must be decided."""
    persons.enter(store, LOCAL, name="王建国", id_number=ID, area_id="a", effective_at=at(1))
    take(
        store,
        EDUCATION,
        {"name": "王建国", "id_number": ID.lower()},
        {"name": "李秀英", "phone": "199 0000 0002"},
        {"name": "孙丽", "birth_date": date(1990, 5, 1)},
        {"name": "赵敏", "phone": "19900000003"},
    )
    take(
        store,
        HEALTH,
        {"name": "王 建国", "id_number": ID},
        {"name": "李秀英", "phone": "+86 19900000002"},
        {"name": "孙丽", "birth_date": date(1990, 5, 1), "address": "柳林村3组"},
        area="b",
    )


def test_totals_and_overlaps_say_who_is_where(store: Store) -> None:
    three_lists(store)
    found = entries.persons(View(store, LOCAL)).entries
    counted = entries.totals(found).set_index("list_name")
    assert list(counted.index) == [HEALTH, EDUCATION, entries.LEDGER] or list(counted.index) == [EDUCATION, HEALTH, entries.LEDGER]
    assert counted.loc[EDUCATION].tolist() == [4, 4, 2, 1]  # 孙 and 赵 are in no other list so far
    assert counted.loc[HEALTH].tolist() == [3, 3, 1, 1]
    assert counted.loc[entries.LEDGER, ["entries", "persons"]].tolist() == [1, 1]
    overlap = entries.overlaps(found)
    assert overlap.loc[EDUCATION, HEALTH] == overlap.loc[HEALTH, EDUCATION] == 2
    assert overlap.loc[EDUCATION, entries.LEDGER] == 1 and overlap.loc[EDUCATION, EDUCATION] == 4
    # Each total can be opened.
    behind = entries.named_by(found, [EDUCATION, HEALTH])
    assert behind["cluster_id"].nunique() == 2
    assert sorted(behind["name"]) == ["李秀英", "李秀英", "王 建国", "王建国", "王建国"]
    assert len(set(entries.named_by(found, [EDUCATION, HEALTH, entries.LEDGER])["cluster_id"])) == 1


def test_totals_reconcile_with_the_clusters(store: Store) -> None:
    listed, _ = made_lists(60, seed=3)
    for name, rows in listed.groupby("list_name"):
        entries.take_in(store, LOCAL, rows.drop(columns=["entry_id", "list_name"]), list_name=str(name), area_id="a")
    found = entries.persons(View(store, LOCAL)).entries
    counted, overlap = entries.totals(found), entries.overlaps(found)
    assert counted["entries"].sum() == len(found)
    for name in overlap.columns:
        members = set(found.loc[found["list_name"] == name, "cluster_id"])
        assert counted.set_index("list_name").loc[name, "persons"] == overlap.loc[name, name] == len(members)
        for other in overlap.columns:
            assert overlap.loc[name, other] == len(members & set(found.loc[found["list_name"] == other, "cluster_id"]))
            assert entries.named_by(found, [name, other])["cluster_id"].nunique() == overlap.loc[name, other]
    assert len(entries.merged_persons(found)) == found["cluster_id"].nunique()


def test_what_is_decided_holds_until_it_is_undone(store: Store) -> None:
    three_lists(store)
    found = entries.persons(View(store, LOCAL))
    assert found.entries["cluster_id"].nunique() == 5
    assert list(found.open_pairs["rule"]) == ["name_birthday"]
    pair = found.open_pairs.iloc[0]
    same = entries.decide(store, LOCAL, pair["right_id"], pair["left_id"], same=True, score=pair["score"])
    found = entries.persons(View(store, LOCAL))
    assert found.entries["cluster_id"].nunique() == 4 and found.open_pairs.empty
    assert len(entries.persons(View(store, LOCAL, at=at(1))).entries) == 1  # then there was the ledger alone
    store.undo(LOCAL, same)
    assert len(entries.persons(View(store, LOCAL)).open_pairs) == 1
    entries.decide(store, LOCAL, pair["left_id"], pair["right_id"], same=False)
    found = entries.persons(View(store, LOCAL))
    assert found.entries["cluster_id"].nunique() == 5 and found.open_pairs.empty
    # Somebody thinks better of it: the latest decision counts.
    entries.decide(store, LOCAL, pair["left_id"], pair["right_id"], same=True)
    assert entries.persons(View(store, LOCAL)).entries["cluster_id"].nunique() == 4


def test_two_valid_numbers_are_never_decided_to_be_one(store: Store) -> None:
    take(store, EDUCATION, {"name": "王建国", "id_number": ID}, {"name": "王建国", "id_number": OTHER_ID})
    one, other = entries.entries(View(store, LOCAL))["entry_id"]
    with pytest.raises(InputError, match="different valid ID numbers"):
        entries.decide(store, LOCAL, one, other, same=True)
    with pytest.raises(InputError, match="two entries"):
        entries.decide(store, LOCAL, one, one, same=True)
    with pytest.raises(NotFound):
        entries.decide(store, LOCAL, one, "nobody", same=True)
    with pytest.raises(NotFound):
        entries.decide(store, Viewer("b", areas=frozenset({"b"})), one, other, same=False)


def test_a_list_that_comes_again_adds_what_is_new(store: Store) -> None:
    rows = [{"name": "王建国", "phone": "1"}, {"name": "王建国", "phone": "1"}, {"name": "李", "birth_date": date(1990, 5, 1)}]
    first = take(store, EDUCATION, *rows)
    assert (first.read, first.added, first.duplicate) == (3, 2, 1)
    again = take(store, EDUCATION, *rows, {"name": "赵"})
    assert (again.read, again.added, again.duplicate) == (4, 1, 3)
    assert take(store, HEALTH, *rows).added == 2
    store.undo(LOCAL, first.event_ids)
    assert take(store, EDUCATION, *rows).added == 2


@pytest.mark.parametrize(("name", "rows"), [(" ", [{"name": "王"}]), ("*", [{"name": "王"}]), (EDUCATION, [{"name": "王"}, {"name": " "}])])
def test_a_list_has_a_name_and_so_has_each_row(store: Store, name: str, rows: list[dict[str, object]]) -> None:
    with pytest.raises(InputError):
        take(store, name, *rows)
    with pytest.raises(NotFound):
        take(store, EDUCATION, {"name": "王"}, area="nowhere")
    assert entries.entries(View(store, LOCAL)).empty


def test_a_person_of_the_lists_enters_the_ledger_and_stays_tied(store: Store) -> None:
    take(store, EDUCATION, {"name": "赵敏", "phone": "19900000003", "id_number": "99999919620304138X", "sex": "female"})
    take(store, HEALTH, {"name": "赵敏", "phone": "19900000003", "address": "柳林村3组5号"}, area="b")
    found = entries.persons(View(store, LOCAL))
    cluster = found.entries["cluster_id"].iloc[0]
    events = entries.enter(store, LOCAL, cluster, found, area_id="b")
    found = entries.persons(View(store, LOCAL))
    row = entries.merged_persons(found.entries).iloc[0]
    assert len(set(found.entries["cluster_id"])) == 1 and row["lists"] == "; ".join(sorted((EDUCATION, HEALTH)))
    person = found.entries[found.entries["list_name"] == entries.LEDGER].iloc[0]
    # The ledger takes no number with a slip.
    said = person[["name", "phone", "address", "sex", "area_id"]].tolist()
    assert said == ["赵敏", "19900000003", "柳林村3组5号", "female", "b"] and pd.isna(person["id_number"])
    with pytest.raises(InputError, match="not in the ledger yet"):
        entries.enter(store, LOCAL, found.entries["cluster_id"].iloc[0], found)
    store.undo(LOCAL, events)
    assert entries.LEDGER not in set(entries.entries(View(store, LOCAL))["list_name"])


def test_the_longest_word_goes_first_and_gaps_are_filled(store: Store) -> None:
    take(store, EDUCATION, {"name": "王建国", "id_number": ID})
    take(store, HEALTH, {"name": "王建国", "id_number": "99999919620304138X", "phone": "19900001234", "address": "青禾镇朝阳村三组五号院"})
    row = entries.merged_persons(entries.persons(View(store, LOCAL)).entries).iloc[0]
    assert row[["id_number", "phone", "entries"]].tolist() == [ID, "19900001234", 2]


# Files


def test_a_workbook_is_read_whatever_its_headings(store: Store, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["返乡学生名单"],
        ["序号", "姓 名", "性别", "身份证号码", "联系方式", "出生年月日", "楼栋", "单元", "门牌号", "备注"],
        [1, "王建国", "男", ID, 19900001234, "1962年3月4日", "3栋", "2", "402", HOSTILE],
        [2, None, "女", None, None, None, None, None, None, None],
        [3, "李秀英", "?", "无", "199-0000-0002", "2月30日", None, None, None, None],
        ["合计", 2],
    ):
        sheet.append(row)
    sheet.merge_cells("A1:J1")
    path = tmp_path / "list.xlsx"
    book.save(path)
    read = read_list(store, path)
    assert read.rows["name"].to_list() == ["王建国", "李秀英"] and read.nameless == [4]
    first = read.rows.iloc[0]
    assert first[["sex", "id_number", "phone", "address", "note"]].tolist() == ["male", ID, "19900001234", "3栋-2-402", HOSTILE]
    assert pd.Timestamp(first["birth_date"]) == pd.Timestamp("1962-03-04")
    assert read.unread == 2 and read.rows.loc[1, ["sex", "birth_date"]].isna().all()
    taken = entries.take_in(store, LOCAL, read.rows, list_name="学校", area_id="a")
    assert (taken.read, taken.added) == (2, 2)
    assert entries.entries(View(store, LOCAL))["note"].to_list().count(HOSTILE) == 1


def test_a_file_without_names_is_refused(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("身份证号,电话\n1,2\n", "utf-8")
    with pytest.raises(InputError, match="no column of names"):
        read_list(store, path)
