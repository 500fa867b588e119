"""The pages of screening and of persons: what they say in figures, what their buttons write, and what stays masked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from paging import open_page, press, said, served
from streamlit.testing.v1 import AppTest
from township import at as moment

from ledgers.people import households, persons, privacy, screening, screening_rounds
from queries.events import LOCAL
from queries.store import Store
from queries.view import View
from ui.shell import keys, opening
from ui.shell.acts import field
from ui.shell.opening import OPEN

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
SCREENING, PERSON = "pages/screening.py", "pages/person.py"
NAME = "欧阳小明"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with served(tmp_path) as opened:
        opened.set_settings(LOCAL, {"screening_rounds": [{"name": "清底", "area_id": "a", "starts_at": "2020-02-12T06:00", "hours": 24}]})
        yield opened


def enter(store: Store) -> tuple[str, str]:
    first, _ = households.enter(
        store, LOCAL, area_id="a", door="101", contact=NAME, phone="19900001234", head_count=3, effective_at=moment(1)
    )
    households.enter(store, LOCAL, area_id="a", door="102", head_count=2, effective_at=moment(1))
    screening.record_visit(store, LOCAL, first, outcome="registered", team="一组", screened=3, key_persons=1, effective_at=moment(12, 9))
    person, _ = persons.enter(store, LOCAL, name=NAME, household_id=first, phone="19900001234", effective_at=moment(3))
    reading = {"episode_id": "e1", "person_id": person, "household_id": first, "area_id": "a", "state": "observing", "days": 14}
    store.append(
        LOCAL,
        {
            "isolation_event": pd.DataFrame([{**reading, "started_at": moment(3), "effective_at": moment(3)}]),
            "reading": pd.DataFrame([{"episode_id": "e1", "area_id": "a", "temperature": 37.6, "effective_at": moment(12, 8)}]),
        },
    )
    return first, person


def figures(page) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def test_the_figures_are_those_of_the_round(store: Store) -> None:
    enter(store)
    page = open_page(SCREENING)
    assert figures(page) == {
        "Settled": "50%",
        "Visited": "1",
        "Seen in person": "1",
        "People screened": "3",
        "To be followed": "1",
        "Doors to visit now": "1",
        "Never reached": "1",
    }
    assert "清底: from 12 Feb 06:00, in 24 hours, due 13 Feb 06:00" in said(page)
    waiting = page.dataframe[0].value
    assert list(waiting["door"]) == ["102"]
    told = open_page(SCREENING, tab="households").dataframe[0].value.set_index("door").loc["101"]
    assert (told["contact"], told["phone"], told["outcome"]) == ("欧阳**", "199****1234", "Registered")


@pytest.mark.parametrize(("tab", "rows"), [("grids", 1), ("buildings", 0), ("teams", 1), ("days", 1), ("unreached", 1), ("check", 1)])
def test_every_section_lists_its_rows(store: Store, tab: str, rows: int) -> None:
    enter(store)
    assert len(open_page(SCREENING, tab=tab).dataframe[0].value) == rows


def test_an_empty_ledger_has_a_page_too(store: Store) -> None:
    page = open_page(SCREENING)
    assert figures(page)["Settled"] == "–"
    assert "Nobody who is followed here is found." in said(open_page(PERSON))


def test_a_visit_is_recorded_by_hand_and_undone(store: Store) -> None:
    enter(store)
    (waiting,) = screening.waiting_doors(View(store, LOCAL))["household_id"]
    page = open_page(SCREENING)
    page.session_state[keys.SCREENING_PICKED] = (waiting,)
    page.run()
    press(page, f"{keys.ACT}_visit")
    press(page, field("visit", "go"))
    assert "Recorded 1 visit" in said(page)
    done = screening_rounds.progress(View(store, LOCAL))
    assert (done.seen, done.screened) == (2, 5)
    press(page, keys.DONE_UNDO)
    assert screening_rounds.progress(View(store, LOCAL)).seen == 1


def test_a_person_is_masked_until_somebody_says_what_for(store: Store) -> None:
    _, person = enter(store)
    listed = open_page(PERSON).dataframe[0].value
    assert list(listed["name"]) == ["欧阳**"]
    page = open_page(PERSON, person=person)
    assert NAME not in said(page) + str([table.value.to_dict() for table in page.dataframe])
    press(page, f"{keys.ACT}_{OPEN}_person_event")
    page.text_input(key=field(OPEN, "purpose")).input("流调").run()
    press(page, field(OPEN, "go"))
    assert f"## {NAME}" in said(page)
    (row,) = privacy.disclosures(View(store, LOCAL), subject=person).to_dict("records")
    assert row["purpose"] == "流调"
    told = page.dataframe[-1].value
    assert "Personal data opened" in set(told["what"])
    assert any("37.6" in text for text in told["told"])
    (openings,) = (table.value for table in page.dataframe if "purpose" in table.value)
    assert openings[["recorded_by", "purpose"]].to_numpy().tolist() == [["local", "流调"]]


def open_file(page: AppTest) -> None:
    press(page, f"{keys.ACT}_{OPEN}_person_event")
    page.text_input(key=field(OPEN, "purpose")).input("流调").run()
    press(page, field(OPEN, "go"))
    assert f"## {NAME}" in said(page)


def test_what_is_open_is_masked_again_after_ten_minutes(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    _, person = enter(store)
    page = open_page(PERSON, person=person)
    open_file(page)
    later = opening.monotonic() + opening.OPEN_FOR_S
    monkeypatch.setattr(opening, "monotonic", lambda: later - 5)
    assert f"## {NAME}" in said(page.run())
    monkeypatch.setattr(opening, "monotonic", lambda: later + 5)
    assert NAME not in said(page.run())
    assert not page.button(key=f"{keys.ACT}_{OPEN}_person_event").disabled


def test_what_is_open_is_masked_again_when_another_file_is_read(store: Store) -> None:
    home, person = enter(store)
    other, _ = persons.enter(store, LOCAL, name="王某", household_id=home)
    page = open_page(PERSON, person=person)
    open_file(page)
    for chosen in (other, person):
        page.query_params["person"] = chosen
        page.run()
        assert NAME not in said(page) + str([table.value.to_dict() for table in page.dataframe])


def test_the_search_finds_a_person_and_stays_out_of_the_address(store: Store) -> None:
    _, person = enter(store)
    page = open_page(PERSON)
    for text, rows in (("小明", 1), ("1234", 1), ("99", 0), ("李", 0), ("小明", 1)):
        page.text_input(key=keys.PERSON_SEARCH).input(text).run()
        assert len(page.dataframe[0].value) == rows
        assert set(page.query_params) == {"lang"}
    page.query_params["person"] = person
    page.run()
    assert set(page.query_params) == {"lang", "person"}
    del page.query_params["person"]
    page.run()
    assert page.text_input(key=keys.PERSON_SEARCH).value == "小明"


def test_the_search_for_a_door_stays_out_of_the_address(store: Store) -> None:
    enter(store)
    page = open_page(SCREENING, tab="households")
    page.text_input(key=keys.SCREENING_SEARCH).input("没有这扇门").run()
    assert page.text_input(key=keys.SCREENING_SEARCH).value == "没有这扇门"
    assert set(page.query_params) == {"lang", "tab"}
