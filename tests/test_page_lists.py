"""The page of lists: its totals, the pairs to decide, and what its buttons write."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from paging import open_page, press, said, served
from township import HOSTILE

from ledgers.lists import entries as lists
from ledgers.people import persons as followed
from ledgers.people import privacy
from queries.events import LOCAL
from queries.store import Store
from queries.view import View
from ui.shell import keys
from ui.shell.acts import field

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
PAGE = "pages/lists.py"
ID = "99999919620304128X"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with served(tmp_path) as opened:
        followed.enter(opened, LOCAL, name="王建国", id_number=ID, area_id="a")
        one = [
            {"name": "王建国", "id_number": ID},
            {"name": "李秀英", "phone": "19900000002"},
            {"name": "孙丽", "birth_date": date(1990, 5, 1), "address": "朝阳村2组", "note": HOSTILE},
        ]
        other = [{"name": "李秀英", "phone": "19900000002"}, {"name": "孙丽", "birth_date": date(1990, 5, 1), "address": "柳林村3组"}]
        lists.take_in(opened, LOCAL, pd.DataFrame(one), list_name="教育局", area_id="a")
        lists.take_in(opened, LOCAL, pd.DataFrame(other), list_name="卫健局", area_id="b")
        yield opened


def figures(page) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def drawn(**params: str):
    """Open the page and wait for the comparison, which is done off its thread."""
    page = open_page(PAGE, **params)
    for _ in range(40):
        if page.metric:
            return page
        page = page.run()
    raise AssertionError("the lists are not compared")


def test_it_counts_entries_and_persons(store: Store) -> None:
    page = drawn()
    assert figures(page) == {"Entries": "5", "Persons": "4", "Named more than once": "1", "To be decided": "1", "Not in the ledger": "3"}
    table = page.dataframe[0].value.set_index("called")
    assert table.loc["教育局"].tolist() == [3, 3, 2, 1, 1, 3, 1]
    assert list(table.index)[-1] == "Person ledger"


def test_a_total_opens_to_its_entries(store: Store) -> None:
    page = drawn()
    page.button_group(key=keys.LIST_OVERLAP).set_value(["教育局", "卫健局"]).run()
    assert "1 person (entries: 2)" in said(page).replace("*", "")
    behind = page.dataframe[1].value
    assert list(behind["name"]) == ["李**", "李**"] and set(behind["called"]) == {"教育局", "卫健局"}


def test_a_pair_is_decided_and_undone(store: Store) -> None:
    page = drawn(tab="doubtful")
    told = said(page)
    assert "1 of 1" in told and "name and birthday" in told
    assert ":green[孙*]" in told and ":red[•••]" in told and "alert(1)" not in told
    press(page, field("pair", "same"))
    assert "Decided: one person" in said(page)
    assert figures(page)["Persons"] == "3" and figures(page)["To be decided"] == "0"
    assert "Nothing is left to be decided." in said(page)
    press(page, keys.DONE_UNDO)
    assert figures(page)["To be decided"] == "1"
    press(page, field("pair", "apart"))
    assert figures(page)["Persons"] == "4" and figures(page)["To be decided"] == "0"
    assert list(drawn(tab="decisions").dataframe[0].value["same"]) == ["no"]


def test_a_pair_is_opened_for_a_purpose(store: Store) -> None:
    page = press(drawn(tab="doubtful"), f"{keys.ACT}_open_personal_pair")
    page.text_input(key=field("open_personal", "purpose")).input("核对名单").run()
    press(page, field("open_personal", "go"))
    told = said(page)
    assert "孙丽" in told and "柳林村3组" in told
    # What an office wrote stays text.
    assert r"\<img" in "\n".join(str(element.value) for element in page.markdown)
    assert list(privacy.disclosures(View(store, LOCAL))["subject_table"]) == ["list_entry", "list_entry"]


def test_a_person_enters_the_ledger(store: Store) -> None:
    found = lists.merged_persons(lists.persons(View(store, LOCAL)).entries).set_index("name")
    person = found.loc["李秀英", "cluster_id"]
    page = drawn(tab="persons", sel=f"list_persons:{person}")
    assert sorted(page.dataframe[0].value["in_ledger"]) == ["no", "no", "no", "yes"]
    press(page, f"{keys.ACT}_enter_person")
    page.selectbox(key=field(f"enter_person_{person}", "area_id")).set_value("b").run()
    press(page, field(f"enter_person_{person}", "go"))
    assert "Entered into the ledger" in said(page)
    ledger = followed.persons(View(store, LOCAL)).set_index("name")
    assert ledger.loc["李秀英", ["phone", "area_id"]].tolist() == ["19900000002", "b"]


def test_a_list_is_taken_in_and_undone(store: Store) -> None:
    page = press(drawn(), f"{keys.ACT}_take_list")
    rows = "村返乡人员名单,,\n姓名,身份证号码,联系电话\n周杰,,19900000009\n,,19900000010\n李秀英,,199-0000-0002\n"
    page.file_uploader(key=keys.LIST_FILE).upload("名单.csv", rows.encode(), "text/csv").run()
    assert "2 persons" in said(page) and "left out: 4" in said(page)
    page.selectbox(key=field("take_list", "list_name")).set_value("教育局").run()
    page.selectbox(key=field("take_list", "area_id")).set_value("a").run()
    press(page, field("take_list", "go"))
    assert "Taken in: 教育局" in said(page)
    assert (lists.entries(View(store, LOCAL))["list_name"] == "教育局").sum() == 5
    press(page, keys.DONE_UNDO)
    assert (lists.entries(View(store, LOCAL))["list_name"] == "教育局").sum() == 3
