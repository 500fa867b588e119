"""The isolation page: its figures, who needs something now, and what its dialogs write."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from paging import open_page, press, said, served
from township import HOSTILE
from township import at as moment

from ledgers.people import isolation, readings, requests
from queries.events import LOCAL
from queries.store import Store
from queries.view import View
from ui.shell import keys
from ui.shell.acts import field

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
PAGE = "pages/isolation.py"
SIGNED = {"reason": "密切接触", "ordered_by": "社区"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with served(tmp_path) as opened:
        people = [("p", "h", "a", "王建国"), ("q", "h", "a", "李秀英"), ("r", None, "b", HOSTILE), ("s", None, "b", "赵敏")]
        frame = pd.DataFrame(people, columns=["person_id", "household_id", "area_id", "name"]).assign(effective_at=moment(1))
        opened.append(LOCAL, {"person_event": frame})
        yield opened


def begin(store: Store, person: str, day: int, days: int = 14) -> str:
    return isolation.start(store, LOCAL, person, started_at=moment(day, 8), days=days, **SIGNED)[0]


def figures(page: object) -> dict[str, str]:
    return {m.label: m.value for m in page.metric}  # type: ignore[attr-defined]


def state_of(store: Store, episode: str) -> pd.Series:
    return isolation.episodes(View(store, LOCAL)).set_index("episode_id").loc[episode]


def test_the_figures_add_up(store: Store) -> None:
    alarm, over, gone = begin(store, "p", 5), begin(store, "q", 1, days=7), begin(store, "r", 5)
    readings.record(store, LOCAL, alarm, temperature=37.8, symptoms=["cough"], effective_at=moment(12, 13))
    readings.record(store, LOCAL, alarm, temperature=36.8, effective_at=moment(12, 9))
    isolation.change(store, LOCAL, gone, "hospital", reason="发热", effective_at=moment(8))
    requests.ask(store, LOCAL, kind="shopping", person_id="p", effective_at=moment(12, 8))
    page = open_page(PAGE)
    assert figures(page) == {
        "Observing": "2",
        "In hospital": "1",
        "Alarms": "1",
        "Readings due": "1",
        "Readings missed": "3",
        "Releases due": "1",
        "Requests waiting": "1",
    }
    told = said(page)
    assert "王**** · 朝阳村 · :gray[day 8 of 14] · :red[**37.8\u00a0°C, Cough, 12 Feb 13:00**]" in told
    assert "李**** · :gray[day 7 of 7] · :red[missed 2] · :orange[release due since 8 Feb 08:00]" in told
    assert "the longest for 10 h" in told
    due = page.dataframe[0].value
    assert due["alarm"].tolist() == ["yes", "no"]
    assert due["missed"].tolist() == [1, 2]
    assert state_of(store, over)["state"] == "observing"
    assert "王建国" not in told + due.to_string()


def test_nothing_on_record_is_no_all_clear(store: Store) -> None:
    page = open_page(PAGE)
    # Nobody was ever entered here, so that nobody knows; the briefing says the same.
    unknown = {"Observing", "In hospital", "Alarms", "Readings due", "Readings missed", "Releases due", "Requests waiting"}
    assert {name for name, value in figures(page).items() if value == "not known"} == unknown
    assert "Nothing is due by what is on record here, but not everybody was asked." in said(page), "nobody was ever entered"


def test_an_alarm_is_acted_on_by_a_form_and_stands_until_then(store: Store) -> None:
    episode = begin(store, "p", 5)
    readings.record(store, LOCAL, episode, temperature=38.6, effective_at=moment(12, 8))
    readings.record(store, LOCAL, episode, temperature=36.8, effective_at=moment(12, 15))
    page = open_page(PAGE)
    assert figures(page)["Alarms"] == "1"
    assert "then 36.8\u00a0°C" in said(page)
    press(page, f"{keys.ISOLATION_ALARM}_{episode}")
    page.text_input(key=field("act_on_alarm", "done_by")).input("王医生").run()
    press(page, field("act_on_alarm", "go"))
    assert not state_of(store, episode)["alarm"]
    press(page, keys.DONE_UNDO)
    assert state_of(store, episode)["alarm"]


def test_one_tap_records_a_reading(store: Store) -> None:
    episode = begin(store, "p", 5)
    page = open_page(PAGE)
    press(page, f"{keys.ISOLATION_DUE}_{episode}")
    page.number_input(key=field("reading", "temperature")).set_value(37.4)
    page.button_group(key=field("reading", "symptoms")).set_value(["fever"])
    page.text_input(key=field("reading", "taken_by")).input("网格员")
    page.text_input(key=field("reading", "participants")).input("民警，医生").run()
    assert "report it at once" in said(page)
    press(page, field("reading", "go"))
    assert "Recorded 37.4\u00a0°C of 王**" in said(page)
    row = state_of(store, episode)
    assert (row["temperature"], row["symptoms"], row["alarm"]) == (37.4, "fever", True)
    counted = readings.counts(View(store, LOCAL, at=moment(12, 18)), start=moment(11, 18)).iloc[0]
    assert (counted["taken"], counted["joint"]) == (1, 1)
    press(page, keys.DONE_UNDO)
    assert pd.isna(state_of(store, episode)["temperature"])


def test_a_reading_before_the_start_is_refused_where_the_button_is(store: Store) -> None:
    episode = begin(store, "p", 12)
    page = open_page(PAGE, episode=episode)
    press(page, f"{keys.ACT}_reading")
    page.number_input(key=field("reading", "temperature")).set_value(36.5)
    page.button_group(key=field("reading", "effective_at_choice")).set_value("some").run()
    page.datetime_input(key=field("reading", "effective_at")).set_value(moment(11, 8).replace(tzinfo=None)).run()
    press(page, field("reading", "go"))
    assert "from before the isolation began (2020-02-12 08:00)" in said(page)


def test_one_call_too_many_is_warned_of(store: Store) -> None:
    episode = begin(store, "p", 5)
    for hour in (8, 13):
        readings.record(store, LOCAL, episode, temperature=36.5, effective_at=moment(12, hour))
    page = open_page(PAGE, episode=episode)
    press(page, f"{keys.ACT}_reading")
    assert "called at 2 times in the last 24 hours" in said(page)
    page.button_group(key=field("reading", "channel")).set_value("phone").run()
    assert "called at" not in said(page)


def test_an_isolation_begins_and_ends(store: Store) -> None:
    page = open_page(PAGE)
    press(page, f"{keys.ACT}_start_isolation")
    page.selectbox(key=field("start_isolation", "person")).set_value("s")
    page.text_input(key=field("start_isolation", "reason")).input("返乡")
    page.text_input(key=field("start_isolation", "ordered_by")).input("村委会").run()
    press(page, field("start_isolation", "go"))
    assert figures(page)["Observing"] == "1"
    (episode,) = isolation.episodes(View(store, LOCAL))["episode_id"]
    page = open_page(PAGE, episode=episode)
    press(page, f"{keys.ACT}_change_state")
    page.button_group(key=field("change_state", "state")).set_value("released")
    page.text_input(key=field("change_state", "reason")).input("核酸阴性").run()
    press(page, field("change_state", "go"))
    assert figures(page)["Observing"] == "0"
    assert state_of(store, episode)["state"] == "released"
    press(page, keys.DONE_UNDO)
    assert state_of(store, episode)["state"] == "observing"


def test_dates_of_one_and_of_a_household(store: Store) -> None:
    one, other = begin(store, "p", 5), begin(store, "q", 6)
    page = open_page(PAGE, episode=one)
    press(page, f"{keys.ACT}_change_dates")
    page.number_input(key=field("change_dates", "length")).set_value(21)
    page.text_input(key=field("change_dates", "reason")).input("延长").run()
    press(page, field("change_dates", "go"))
    assert (state_of(store, one)["days"], state_of(store, other)["days"]) == (21, 14)
    press(page, f"{keys.ACT}_change_dates")
    page.datetime_input(key=field("change_dates", "started")).set_value(moment(10).replace(tzinfo=None))
    page.checkbox(key=field("change_dates", "everyone")).check()
    page.text_input(key=field("change_dates", "reason")).input("家人确诊").run()
    press(page, field("change_dates", "go"))
    assert [state_of(store, e)["started_at"] for e in (one, other)] == [moment(10), moment(10)]
    page = open_page(PAGE, episode=one, tab="history")
    told = page.dataframe[0].value
    assert told["days"].tolist() == [21, 21, 14]
    assert told["reason"].tolist() == ["•••", "•••", "•••"]


def test_a_request_is_written_down_and_answered(store: Store) -> None:
    episode = begin(store, "p", 5)
    page = open_page(PAGE, episode=episode, tab="requests")
    press(page, f"{keys.ACT}_ask_request")
    page.button_group(key=field("ask_request", "kind")).set_value("medicine").run()
    press(page, field("ask_request", "go"))
    assert figures(page)["Requests waiting"] == "1"
    (request,) = requests.requests(View(store, LOCAL))["request_id"]
    page.session_state[keys.REQUEST_PICKED] = request
    page.run()
    press(page, f"{keys.ACT}_answer_request")
    page.button_group(key=field("answer_request", "status")).set_value("done")
    page.text_input(key=field("answer_request", "answered_by")).input("志愿者").run()
    press(page, field("answer_request", "go"))
    assert figures(page)["Requests waiting"] == "0"
    assert requests.requests(View(store, LOCAL))["status"].tolist() == ["done"]


def test_an_episode_moves(store: Store) -> None:
    episode = begin(store, "p", 5)
    page = open_page(PAGE, episode=episode)
    press(page, f"{keys.ACT}_move_episode")
    page.selectbox(key=field("move_episode", "area_id")).set_value("b")
    page.text_input(key=field("move_episode", "reason")).input("回村").run()
    press(page, field("move_episode", "go"))
    assert tuple(state_of(store, episode)[["area_id", "place"]]) == ("b", "home")


def test_text_from_data_is_no_markup(store: Store) -> None:
    begin(store, "r", 5)
    page = open_page(PAGE, tab="disturbed")
    assert "**$\\*" not in said(page)
    shown = [m.value for m in page.markdown if "$" in m.value]
    assert shown
    assert all("\\$" in text and "<" not in text for text in shown)
