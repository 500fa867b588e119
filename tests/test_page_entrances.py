"""The entrances page: what it shows, and what its buttons write."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paging import open_page, press, said, served
from township import HOSTILE, NOW
from township import at as moment

from errors import InputError
from ledgers.posts import orders, passes
from ledgers.posts.timetable import parse
from queries.events import LOCAL
from queries.store import Store
from queries.view import View
from ui.posts.timetable_editor import date_rows, text_of, week_bars, week_rows
from ui.shell import keys
from ui.shell.acts import field

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
PAGE = "pages/entrances.py"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with served(tmp_path) as opened:
        yield opened


def modes(store: Store) -> dict[str, str]:
    gates = store.layer("entrances", LOCAL)
    return dict(zip(gates["id"], gates["mode"], strict=True))


def test_it_shows_the_entrances_and_the_hours_nobody_covers(store: Store) -> None:
    page = open_page(PAGE)
    gates = page.dataframe[0].value
    assert list(gates["name"]) == ["东门", "西门", HOSTILE]
    assert list(gates["mode"]) == ["Open 24 h", "Open by hours", "Sealed"]
    # From 18:00 for a day: 24 hours at the gate open always, 4 + 12 at the other.
    assert "**40.0** open hours at **2** places have nobody." in said(page)
    assert page.dataframe[1].value["hours"].tolist() == [24.0, 4.0, 12.0]


def test_filters_and_search_leave_what_they_say(store: Store) -> None:
    assert list(open_page(PAGE, modes="sealed").dataframe[0].value["name"]) == [HOSTILE]
    assert list(open_page(PAGE, q="门").dataframe[0].value["name"]) == ["东门", "西门"]
    everything = press(open_page(PAGE, q="门"), keys.PICK_ALL)
    assert "Picked **2**: 东门, 西门" in said(everything)


def test_nothing_picked_nothing_to_seal(store: Store) -> None:
    page = open_page(PAGE)
    assert page.button(key=f"{keys.ACT}_seal").disabled
    assert not page.button(key=f"{keys.ACT}_add").disabled


def test_two_are_sealed_by_one_order_and_it_is_undone(store: Store) -> None:
    page = open_page(PAGE, picked=("e1", "e2"))
    assert page.button(key=f"{keys.ACT}_seal").label == "Seal 2 entrances"
    press(page, f"{keys.ACT}_seal")
    assert page.button(key=field("seal", "go")).disabled
    page.text_input(key=field("seal", "reason")).input("县第3号通告")
    page.text_input(key=field("seal", "ordered_by")).input("王镇长").run()
    press(page, field("seal", "go"))
    assert "Sealed 2 entrances" in said(page)
    gates = store.layer("entrances", LOCAL).set_index("id")
    assert gates.loc[["e1", "e2"], "mode"].tolist() == ["sealed"] * 2
    assert gates.loc["e1", ["reason", "ordered_by", "egress"]].tolist() == ["县第3号通告", "王镇长", "releasable"]
    press(page, keys.DONE_UNDO)
    assert modes(store) == {"e1": "open_24h", "e2": "open_hours", "e3": "sealed"}
    assert "Sealed 2 entrances" not in said(page)


def test_a_seal_by_tape_keeps_its_patrol(store: Store) -> None:
    page = press(open_page(PAGE, picked=("e1",)), f"{keys.ACT}_seal")
    assert not [n for n in page.number_input if n.key == field("seal", "patrol")]
    page.segmented_control(key=field("seal", "barrier")).set_value("soft").run()
    page.number_input(key=field("seal", "patrol")).set_value(30)
    page.text_input(key=field("seal", "reason")).input("旧小区拉警戒线")
    page.text_input(key=field("seal", "ordered_by")).input("社区").run()
    press(page, field("seal", "go"))
    gates = store.layer("entrances", LOCAL).set_index("id")
    assert gates.loc["e1", ["mode", "barrier", "patrol_minutes"]].tolist() == ["sealed", "soft", 30]
    page = open_page("home.py", sel="entrances:e1")
    assert "soft barrier, a patrol every 30 minutes" in said(page)
    assert "Barrier Soft" in said(page) and "Patrol every" in said(page)
    # Sealing it again starts from the tape that is there.
    again = press(open_page(PAGE, picked=("e1",)), f"{keys.ACT}_seal")
    assert again.segmented_control(key=field("seal", "barrier")).value == "soft"
    assert again.number_input(key=field("seal", "patrol")).value == 30


def test_a_sealed_one_opens_by_the_hours_typed(store: Store) -> None:
    page = press(open_page(PAGE, picked=("e3",)), f"{keys.ACT}_open_hours")
    page.segmented_control(key=field("open_hours", "way")).set_value("text").run()
    page.text_area(key=field("open_hours", "text")).input("周一至周五 25:00").run()
    assert page.button(key=field("open_hours", "go")).disabled
    page.text_area(key=field("open_hours", "text")).input("周一至周五 6:00-22:00，周末 8点-20点")
    page.text_input(key=field("open_hours", "reason")).input("复工")
    page.text_input(key=field("open_hours", "ordered_by")).input("王镇长").run()
    assert "Mon-Fri 06:00-22:00; Sat,Sun 08:00-20:00" in said(page)
    press(page, field("open_hours", "go"))
    assert store.layer("entrances", LOCAL).set_index("id").loc["e3", "timetable"] == "Mon-Fri 06:00-22:00; Sat,Sun 08:00-20:00"


def test_an_entrance_is_added_where_the_map_was_clicked(store: Store) -> None:
    page = press(open_page(PAGE), f"{keys.ACT}_add")
    assert "Click on the map where the entrance is." in said(page)
    page.session_state[keys.PLACE] = (114.123, 35.045)
    press(page, field("add", "typed"))
    page.text_input(key=field("add", "name")).input("北门").run()
    press(page, field("add", "go"))
    gates = store.layer("entrances", LOCAL)
    north = gates[gates["name"] == "北门"].iloc[0]
    assert (north.geometry.x, north.geometry.y, north["area_id"]) == (114.123, 35.045, "b")
    press(page, keys.DONE_UNDO)
    assert len(store.layer("entrances", LOCAL)) == 3


def test_a_place_outside_is_refused_in_the_dialog(store: Store) -> None:
    page = press(open_page(PAGE), f"{keys.ACT}_add")
    page.session_state[keys.PLACE] = (10.0, 10.0)
    press(page, field("add", "typed"))
    page.text_input(key=field("add", "name")).input("北门").run()
    press(page, field("add", "go"))
    assert "lies outside every area" in said(page)
    assert len(store.layer("entrances", LOCAL)) == 3


def test_rename_move_withdraw_and_restore(store: Store) -> None:
    page = press(open_page(PAGE, picked=("e1",)), f"{keys.ACT}_rename")
    page.text_input(key=field("rename", "name")).input("大东门").run()
    press(page, field("rename", "go"))
    press(press(page, f"{keys.ACT}_move"), field("move", "typed"))
    page.number_input(key=field("move", "lon")).set_value(114.15).run()
    press(page, field("move", "go"))
    gate = store.layer("entrances", LOCAL).set_index("id").loc["e1"]
    assert (gate["name"], gate.geometry.x, gate["area_id"]) == ("大东门", 114.15, "b")
    press(press(page, f"{keys.ACT}_withdraw"), field("withdraw", "go"))
    assert list(store.layer("entrances", LOCAL)["id"]) == ["e2", "e3"]
    page = press(open_page(PAGE, tab="withdrawn"), field("restore", "e1"))
    assert len(store.layer("entrances", LOCAL)) == 3


def test_the_overdue_seal_is_listed(store: Store) -> None:
    page = open_page(PAGE, tab="overdue")
    assert "The order of **1** seal has expired" in said(page)
    assert list(page.dataframe[1].value["name"]) == [HOSTILE]
    orders.seal(store, LOCAL, ["e3"], reason="延期", ordered_by="指挥部", expires_at=moment(28))
    assert "No seal is past its expiry." in said(open_page(PAGE, tab="overdue"))


def test_passes_are_received_and_handed_out(store: Store) -> None:
    page = press(open_page(PAGE, tab="passes", area="a"), f"{keys.ACT}_receive")
    page.number_input(key=field("receive", "quantity")).set_value(2).run()
    press(page, field("receive", "go"))
    press(page, f"{keys.ACT}_issue")
    page.text_area(key=field("issue", "holders")).input("001 王建国\n002 李秀英\n003 赵敏").run()
    press(page, field("issue", "go"))
    assert "There are 2 passes left, not 3" in said(page)
    page.text_area(key=field("issue", "holders")).input("001 王建国\n002 李 秀英").run()
    press(page, field("issue", "go"))
    held = passes.holdings(View(store, LOCAL))
    assert dict(zip(held["pass_no"], held["holder"], strict=True)) == {"001": "王建国", "002": "李 秀英"}
    totals = page.dataframe[1].value.iloc[0]
    assert (totals["stock"], totals["issued"], totals["remaining"]) == (2, 2, 0)


def test_the_gate_refers_a_fever_and_admits_a_pass(store: Store) -> None:
    passes.receive(store, LOCAL, "a", quantity=1)
    passes.issue(store, LOCAL, "a", holders={"001": "王建国"})
    page = open_page(PAGE, tab="gate", picked=("e1",))
    page.text_input(key=field("gate", "person")).input("王建国")
    page.text_input(key=field("gate", "pass_no")).input("001")
    page.number_input(key=field("gate", "temperature")).set_value(37.3).run()
    assert "The pass is valid." in said(page)
    assert "is a fever" in said(page)
    assert field("gate", "admit") not in {b.key for b in page.button}
    page.number_input(key=field("gate", "temperature")).set_value(36.5).run()
    press(page, field("gate", "admit"))
    log = passes.gate_log(View(store, LOCAL), start=moment(12), end=moment(13))
    assert log[["entrance_id", "person", "pass_no", "temperature", "decision"]].values.tolist() == [["e1", "王建国", "001", 36.5, "admit"]]
    assert page.text_input(key=field("gate", "person")).value == ""


# The timetable editor

spans = st.lists(st.tuples(st.integers(0, 46), st.integers(1, 12)), max_size=2)


@settings(deadline=None, max_examples=60)
@given(week=st.lists(spans, min_size=7, max_size=7))
def test_rows_and_text_say_the_same(week: list[list[tuple[int, int]]]) -> None:
    clauses = []
    for day, hours in zip(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), week, strict=True):
        kept: list[tuple[int, int]] = []
        for start, length in sorted(hours):
            end = min(start + length, 48)
            if not kept or kept[-1][1] <= start:
                kept.append((start, end))
        text = ",".join(f"{s // 2:02d}:{s % 2 * 30:02d}-{e // 2:02d}:{e % 2 * 30:02d}" for s, e in kept)
        clauses.append(f"{day} {text or 'closed'}")
    table = parse("; ".join(clauses))
    assert text_of(week_rows(table), date_rows(table)) == str(table)


def test_exceptions_keep_their_dates_and_half_a_span_is_refused() -> None:
    table = parse("06:00-22:00; 2020-02-08 closed; 2020-02-09 20:00-02:00")
    assert text_of(week_rows(table), date_rows(table)) == str(table)
    rows = week_rows(table)
    rows.loc[2, "to"] = None
    with pytest.raises(InputError):
        text_of(rows, date_rows(table))
    rows.loc[2, "to"] = time(0)
    assert "Wed 06:00-24:00" in text_of(rows, date_rows(table))


def test_the_week_to_come_is_drawn_by_calendar_day() -> None:
    bars = week_bars("22:00-06:00; 2020-02-14 closed", NOW)
    assert len(set(bars["day"])) == 7
    of_friday = bars[bars["day"] == pd.Timestamp("2020-02-14").date()]
    assert of_friday[["start", "end"]].values.tolist() == [[0.0, 6.0]]
