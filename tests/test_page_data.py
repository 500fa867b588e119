"""The data page: what comes in is checked and told first, what goes out comes back whole, and what cannot be undone says so."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from paging import press, said
from paging import served as filled
from streamlit.testing.v1 import AppTest
from township import township

from ledgers import forms
from ledgers.backup import write_backup
from ledgers.people import persons, privacy
from queries.events import LOCAL
from queries.store import Store
from settings import ROOT
from tests.osm_text import node, way, xml
from ui.data.forms import XLSX
from ui.shell import keys, state
from ui.shell.words import plain

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
HEADINGS = "编号,出入口名称,状态,经度,纬度"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with filled(tmp_path / "town") as opened:
        yield opened


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("EPIGRID_WORKSPACE", str(tmp_path / "empty"))
    yield state.store()
    state.close_store()


@pytest.fixture
def backup(tmp_path: Path) -> bytes:
    with township(tmp_path / "origin") as opened:
        write_backup(opened, LOCAL, tmp_path / "origin.zip")
    return (tmp_path / "origin.zip").read_bytes()


def open_section(name: str) -> AppTest:
    at = AppTest.from_file(str(ROOT / "home.py"), default_timeout=60)
    at.switch_page("pages/data.py")
    at.query_params["lang"] = "en"
    at.session_state[keys.DATA_SECTION] = name
    at.run()
    assert not at.exception, at.exception
    return at


def restore(content: bytes) -> AppTest:
    page = open_section("backup")
    page.file_uploader(key=keys.BACKUP_FILE).upload("整个镇.zip", content, "application/zip").run()
    assert page.button(key=keys.BACKUP_RESTORE).disabled
    page.checkbox(key=keys.BACKUP_SURE).check().run()
    return press(page, keys.BACKUP_RESTORE)


def test_a_backup_comes_back_into_an_empty_workspace(empty: Store, backup: bytes) -> None:
    page = restore(backup)
    assert "Restored from 整个镇.zip" in said(page)
    assert "held before" not in said(page)
    assert keys.DONE_UNDO not in {b.key for b in page.button}
    assert list(empty.layer("checkpoints", LOCAL)["id"]) == ["p1", "p2"]


def test_a_restore_says_where_the_old_content_was_kept(store: Store, backup: bytes) -> None:
    page = restore(backup)
    (kept,) = (store.path / "exports").glob("before-restore-*.zip")
    assert str(kept) in said(page)


def test_what_is_no_backup_changes_nothing(store: Store) -> None:
    revision = store.revision
    page = restore(b"PK nonsense")
    assert "整个镇.zip is not a zip file" in said(page)
    assert store.revision == revision


def check(rows: str, *, crs: str | None = "wgs84") -> AppTest:
    page = open_section("list")
    assert page.selectbox(key=keys.DATA_LAYER).value == "entrances"
    page.file_uploader(key=keys.DATA_FILE).upload("卡口.csv", f"{HEADINGS}\n{rows}\n".encode(), "text/csv").run()
    page.selectbox(key=keys.DATA_CRS).set_value(crs).run()
    return page


def figures(page: AppTest) -> dict[str, str]:
    return {m.label: m.value for m in page.metric}


def test_a_list_comes_in_and_is_undone_as_a_whole(store: Store) -> None:
    page = press(check("n1,新门,封闭,114.03,35.03"), keys.DATA_CHECK)
    assert figures(page) == {"Read": "1", "Added": "1", "Changed": "0", "Unchanged": "0", "Rejected": "0"}
    press(page, keys.DATA_IMPORT)
    assert "1 feature imported from 卡口.csv" in said(page)
    assert keys.DATA_PLAN not in page.session_state
    assert "n1" in set(store.layer("entrances", LOCAL)["id"])
    page = open_section("past")
    page.session_state[keys.DATA_BATCH_PICKED] = [0]
    page.run()
    assert page.button(key=keys.DATA_UNDO).disabled
    page.text_input(key=keys.DATA_UNDO_REASON).input("弄错了文件").run()
    press(page, keys.DATA_UNDO)
    assert "n1" not in set(store.layer("entrances", LOCAL)["id"])
    assert keys.DATA_UNDO not in {b.key for b in page.button}


def test_rejected_cells_are_told_and_the_valid_rows_wait_for_a_yes(store: Store) -> None:
    page = press(check("n1,新门,封闭,114.03,35.03\nn2,旧门,半开,114.04,35.04"), keys.DATA_CHECK)
    assert figures(page)["Rejected"] == "1"
    told = page.dataframe[0].value
    assert (list(told["row"]), list(told["value"])) == ([3], ["半开"])
    assert page.button(key=keys.DATA_IMPORT).disabled
    page.checkbox(key=keys.DATA_ACCEPT_VALID).check().run()
    press(page, keys.DATA_IMPORT)
    assert {"n1", "n2"} & set(store.layer("entrances", LOCAL)["id"]) == {"n1"}


def test_coordinates_may_be_in_any_system_of_the_epsg_register(store: Store) -> None:
    # 114.03 E, 35.03 N in CGCS2000, three-degree zone of 114 E.
    page = check("n1,新门,封闭,502737.5,3877943.6", crs="epsg")
    page.text_input(key=keys.DATA_EPSG).input("4547").run()
    press(page, keys.DATA_CHECK)
    assert not page.error, said(page)
    press(page, keys.DATA_IMPORT)
    place = store.layer("entrances", LOCAL).set_index("id").geometry["n1"]
    assert place.distance(store.layer("entrances", LOCAL).set_index("id").geometry["e1"]) < 0.05
    assert (round(place.x, 3), round(place.y, 3)) == (114.03, 35.03)


def test_an_epsg_number_that_is_none_is_one_sentence(store: Store) -> None:
    page = check("n1,新门,封闭,1,2", crs="epsg")
    press(page, keys.DATA_CHECK)
    assert len(page.error) == 1


def test_settings_are_saved(store: Store) -> None:
    page = open_section("contents")
    page.text_input(key=keys.DATA_ZONE).input("Asia/Urumqi")
    next(b for b in page.button if b.label == "Save settings").click().run()
    assert not page.exception
    assert "Settings saved" in said(page)
    assert store.time_zone.key == "Asia/Urumqi"


def test_the_export_offers_the_entrances_first(store: Store) -> None:
    assert open_section("export").selectbox(key=keys.EXPORT_LAYER).value == "entrances"


def test_a_ledger_of_people_comes_in_for_an_office_and_needs_no_coordinates(store: Store) -> None:
    page = open_section("list")
    page.selectbox(key=keys.DATA_LAYER).set_value("households").run()
    assert keys.DATA_CRS not in {box.key for box in page.selectbox}
    page.text_input(key=keys.DATA_OFFICE).input("卫健办").run()
    rows = "所属村,门牌号,户主,人数\n朝阳村,1,张三,3\n朝阳村,1,张三,3\n朝阳村,2,李四,三四个\n"
    page.file_uploader(key=keys.DATA_FILE).upload("住户.csv", rows.encode(), "text/csv").run()
    press(page, keys.DATA_CHECK)
    assert figures(page) == {"Read": "3", "Added": "1", "Changed": "0", "Known already": "1", "Rejected": "1"}
    page.checkbox(key=keys.DATA_ACCEPT_VALID).check().run()
    press(page, keys.DATA_IMPORT)
    assert "1 row imported from 住户.csv" in said(page)
    assert store.run("select_known_households", LOCAL)["contact"].tolist() == ["张三"]


def test_a_form_is_added_filled_and_removed(store: Store) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "{{unit.name}} {{date}}"
    content = io.BytesIO()
    book.save(content)
    page = open_section("forms")
    page.file_uploader(key=keys.FORM_FILE).upload("周报.xlsx", content.getvalue(), XLSX).run()
    press(page, keys.FORM_ADD)
    assert "周报.xlsx added" in said(page)
    press(page, keys.FORM_FILL)
    filled_in = openpyxl.load_workbook(io.BytesIO(page.session_state[keys.FORM_FILLED]))
    assert filled_in.active["A1"].value == "青禾镇 2020-02-12"
    press(page, keys.FORM_REMOVE)
    assert "周报.xlsx removed" in said(page)
    assert forms.forms(store) == []


def test_a_heading_that_is_markdown_is_told_as_text(store: Store) -> None:
    heading = "![x](http://evil.example/p.png)"
    page = open_section("list")
    page.file_uploader(key=keys.DATA_FILE).upload("卡口.csv", f"甲,{heading}\n1,2\n".encode(), "text/csv").run()
    page.selectbox(key=keys.DATA_CRS).set_value("wgs84").run()
    press(page, keys.DATA_CHECK)
    (error,) = page.error
    assert heading not in error.value
    assert plain(heading) in error.value


def test_the_log_says_who_has_opened_whose_data(store: Store) -> None:
    person, _ = persons.enter(store, LOCAL, name="王某", area_id="a")
    privacy.disclose(store, LOCAL, "person_event", [person], purpose="流调")
    (log,) = (table.value for table in open_section("contents").dataframe if "purpose" in table.value)
    assert log[["recorded_by", "subject_table", "subject_id", "purpose"]].to_numpy().tolist() == [["local", "Person", person, "流调"]]


def test_roads_come_in_with_how_far_they_reach_and_what_is_proposed(empty: Store) -> None:
    town = "".join(node(n, x, 0) for n, x in enumerate((-500, 1000, 2200), start=1)) + way(1, [1, 2, 3], highway="primary")
    town += node(10, 1000, 20, place="locality", name="太和庄") + node(11, 1100, 0, amenity="ferry_terminal", name="老码头")
    page = open_section("roads")
    page.file_uploader(key=keys.OSM_FILE).upload("town.osm", xml(town).encode(), "text/xml").run()
    page = press(page, keys.OSM_IMPORT)
    assert "nothing will be called proved" in said(page)
    page.radio(key=keys.OSM_EXTENT).set_value("box").run()
    assert page.button(key=keys.OSM_IMPORT).disabled
    page.text_input(key=keys.OSM_EXTENT_BOX).set_value("114.0,29.9,114.02,30.1").run()
    page = press(page, keys.OSM_IMPORT)
    text = said(page)
    assert "nothing will be called proved" not in text
    assert "老码头 (from elsewhere: a way in)" in text and "has a village's name" in text
    assert empty.layer("settlements", LOCAL).empty
    page = press(page, keys.OSM_ACCEPT)
    assert "has a village's name" not in said(page)
    assert empty.layer("settlements", LOCAL)["name"].tolist() == ["太和庄"]
