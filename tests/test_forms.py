"""Forms that users add: checked when they come in, filled with one household list, no text a formula."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.styles import Font

from errors import AccessDenied, EpiGridError, InputError, NotFound
from ledgers import form_sheets, forms
from ledgers.backup import restore_backup, write_backup
from ledgers.people.privacy import disclosures
from queries.events import LOCAL, Viewer
from queries.store import Store
from queries.view import View
from tests.huge import CORNER, memory_of, packed
from tests.messy import HOSTILE
from tests.township import START, township


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with township(tmp_path / "workspace") as opened:
        homes = [
            {"household_id": f"h{n}", "area_id": "ab"[n % 2], "door": str(n), "contact": text, "head_count": n, "status": "occupied"}
            for n, text in enumerate(HOSTILE)
        ]
        opened.append(LOCAL, {"household_event": pd.DataFrame(homes).assign(withdrawn=False, effective_at=START)})
        yield opened


def form(folder: Path, cells: dict[str, Any], name: str = "form.xlsx", merged: tuple[str, ...] = ()) -> Path:
    book = openpyxl.Workbook()
    for where, value in cells.items():
        book.active[where] = value
    for span in merged:
        book.active.merge_cells(span)
    book.active["B3"].font = Font(bold=True, color="FF0000")
    book.active.row_dimensions[5].height = 33
    book.save(folder / name)
    return folder / name


LISTED = {
    "A1": "{{unit.name}}住户表 {{date}}",
    "A2": "序号",
    "A3": "{{household.number}}",
    "B3": "{{household.contact}}",
    "C3": "{{household.head_count}}",
    "D3": "=C3*2",
    "C4": "=SUM(C3:C3)",
    "A5": "观察中 {{report.observing}} 人；截至 {{cutoff}}",
}


def test_the_row_of_a_list_comes_once_a_record_in_its_style_and_what_is_below_moves_down(store: Store, tmp_path: Path) -> None:
    assert forms.add_form(store, LOCAL, form(tmp_path, LISTED, merged=("A5:C5",))) == "form.xlsx"
    sheet = openpyxl.load_workbook(io.BytesIO(forms.fill_form(store, LOCAL, "form.xlsx", "2020-02-12"))).active
    assert sheet["A1"].value == "青禾镇住户表 2020-02-12"
    rows = [[cell.value for cell in row] for row in sheet["A3:D7"]]
    known = store.run("select_households", LOCAL)
    assert [row[1] for row in rows] == known["contact"].tolist()
    assert [row[2] for row in rows] == known["head_count"].tolist()
    assert [row[3] for row in rows] == [f"=C{n}*2" for n in range(3, 8)]
    assert {sheet.cell(n, 2).font.color.rgb for n in range(3, 8)} == {"00FF0000"}
    assert sheet["C8"].value == "=SUM(C3:C7)"
    assert sheet["A9"].value == "观察中 0 人；截至 18:00"
    assert [str(span) for span in sheet.merged_cells.ranges] == ["A9:C9"]
    assert sheet.row_dimensions[9].height == 33
    assert {cell.data_type for row in sheet["B3:B7"] for cell in row} == {"s"}, "no text of the data becomes a formula"


def test_a_form_is_of_the_area_asked_for_and_opening_it_is_recorded(store: Store, tmp_path: Path) -> None:
    forms.add_form(store, LOCAL, form(tmp_path, LISTED))
    sheet = openpyxl.load_workbook(io.BytesIO(forms.fill_form(store, LOCAL, "form.xlsx", "2020-02-12", area="b", purpose="上报"))).active
    assert sheet["A1"].value == "柳林村住户表 2020-02-12"
    assert [sheet.cell(n, 3).value for n in (3, 4)] == [1, 3]
    assert disclosures(View(store, LOCAL))[["subject_table", "purpose"]].to_numpy().tolist() == [["household_event", "上报"]]
    with pytest.raises(NotFound):
        forms.fill_form(store, LOCAL, "form.xlsx", "2020-02-12", area="nowhere")


def test_a_list_of_nobody_leaves_an_empty_row(store: Store, tmp_path: Path) -> None:
    forms.add_form(store, LOCAL, form(tmp_path, {"A3": "{{person.name}}", "B3": "岁：{{person.age}}", "A4": "完"}))
    sheet = openpyxl.load_workbook(io.BytesIO(forms.fill_form(store, LOCAL, "form.xlsx", "2020-02-12"))).active
    assert [sheet["A3"].value, sheet["B3"].value, sheet["A4"].value] == [None, "岁：", "完"]


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"B7": "{{household.salary}}"}, "Sheet!B7"),
        ({"A1": "{{nonsense}}"}, "Sheet!A1"),
        ({"A1": "no placeholder"}, "placeholder"),
        ({"A1": '=IF(1,"{{date}}","")'}, "Sheet!A1"),
        ({"A1": "{{household.door}} {{person.name}}"}, "Row 1"),
    ],
)
def test_a_form_that_cannot_be_filled_is_refused_with_its_cell(store: Store, tmp_path: Path, cells: dict[str, str], told: str) -> None:
    with pytest.raises(InputError, match=told):
        forms.add_form(store, LOCAL, form(tmp_path, cells))
    assert forms.forms(store) == []


@pytest.mark.parametrize(
    ("sheet", "told"),
    [
        (f"<sheetData>{CORNER % (1048576, 'XFD1048576')}</sheetData>", "row 1048576, column XFD"),
        (f"<sheetData>{CORNER % (3000, 'ALL3000')}</sheetData>", "row 3000, column ALL"),
        (
            f"<sheetData>{CORNER % (2, 'A2')}</sheetData><mergeCells><mergeCell ref='B1:XFD1048576'/></mergeCells>",
            "more than 500,000 cells",
        ),
        (f"<sheetData>{CORNER % (2, 'A2')}</sheetData><hyperlinks><hyperlink ref='B:XFD' display='x'/></hyperlinks>", "more than 500,000"),
    ],
)
def test_a_small_file_that_asks_for_a_huge_sheet_is_refused_before_it_takes_the_memory(
    store: Store, tmp_path: Path, sheet: str, told: str
) -> None:
    path = packed(tmp_path / "huge.xlsx", sheet)

    def add() -> None:
        with pytest.raises(InputError, match=told):
            forms.add_form(store, LOCAL, path)

    assert path.stat().st_size < 10_000
    assert memory_of(add) < 5_000_000


def test_a_sheet_of_few_cells_far_apart_is_filled_in_little_memory(store: Store, tmp_path: Path) -> None:
    path = form(tmp_path, {"A3": "{{household.number}}", "IV5000": "{{date}}"})
    forms.add_form(store, LOCAL, path)
    filled: list[bytes] = []
    assert memory_of(lambda: filled.append(forms.fill_form(store, LOCAL, "form.xlsx", "2020-02-12"))) < 20_000_000
    sheet = openpyxl.load_workbook(io.BytesIO(filled[0])).active
    assert [sheet["A7"].value, sheet["IV5004"].value] == [5, "2020-02-12"]


def test_lists_that_would_fill_too_many_cells_are_refused(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form_sheets, "MOST_CELLS", 10)
    forms.add_form(store, LOCAL, form(tmp_path, LISTED))
    with pytest.raises(InputError, match="20 cells"):
        forms.fill_form(store, LOCAL, "form.xlsx", "2020-02-12")


def test_what_is_no_workbook_or_not_allowed_is_refused(store: Store, tmp_path: Path) -> None:
    (tmp_path / "no.xlsx").write_bytes(b"PK\x03\x04 no zip")
    (tmp_path / "form.xlsm").write_bytes(form(tmp_path, LISTED).read_bytes())
    for name in ("no.xlsx", "form.xlsm", "missing.xlsx"):
        with pytest.raises(EpiGridError):
            forms.add_form(store, LOCAL, tmp_path / name)
    with pytest.raises(AccessDenied):
        forms.add_form(store, Viewer("guest", role="reader"), form(tmp_path, LISTED))
    with pytest.raises(NotFound):
        forms.remove_form(store, LOCAL, "../ledger.duckdb")


def test_forms_go_with_a_backup(store: Store, tmp_path: Path) -> None:
    forms.add_form(store, LOCAL, form(tmp_path, LISTED))
    write_backup(store, LOCAL, tmp_path / "all.zip")
    forms.remove_form(store, LOCAL, "form.xlsx")
    assert forms.forms(store) == []
    restore_backup(store, LOCAL, tmp_path / "all.zip")
    assert forms.forms(store) == ["form.xlsx"]
