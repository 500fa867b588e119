"""The page of risk areas: figures, table, and what its dialogs write."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
from paging import open_page, press, said, served
from township import at as moment

from ledgers.people import isolation
from ledgers.risk import cases, levels
from ledgers.risk import orders as risk_orders
from queries.events import LOCAL
from queries.layers import feature_events
from queries.store import Store
from queries.view import View
from ui.risk.sections import by_day
from ui.shell import keys
from ui.shell.acts import field

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
PAGE = "pages/risk.py"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with served(tmp_path) as opened:
        cases.enter(opened, LOCAL, "a", confirmed_at=moment(3, 9))
        yield opened


def metrics(page: object) -> dict[str, str]:
    return {m.label: m.value for m in page.metric}


def test_it_shows_levels_figures_and_the_next_change(store: Store) -> None:
    page = open_page(PAGE)
    assert metrics(page) == {"High risk": "0", "Medium risk": "1", "Low risk": "1", "Confirmed cases": "1", "Next change": "17 Feb 00:00"}
    table = page.dataframe[0].value
    assert table[["name", "level"]].to_numpy().tolist() == [["朝阳村", "Medium risk"], ["柳林村", "Low risk"]]
    assert table["told"].iloc[0] == "1 new within 14 days, the last on 2020-02-03; 1 in all, no more than 50."
    assert "before it was made" in said(page)  # the clock stands before 17 February
    assert page.dataframe[1].value["cluster"].tolist() == ["no"]


def test_the_tier_is_in_the_address(store: Store) -> None:
    page = open_page(PAGE, tier="township")
    assert page.dataframe[0].value["name"].tolist() == ["青禾镇"]


def test_a_replay_shows_the_level_of_the_day(store: Store) -> None:
    assert metrics(open_page(PAGE, at="2020-02-02T18:00"))["Medium risk"] == "not known"  # no case was known yet


def test_a_case_is_reported_and_undone(store: Store) -> None:
    page = press(open_page(PAGE, sel="areas:b"), f"{keys.ACT}_report_case")
    assert page.selectbox(key=field("report_case", "area")).value == "b"
    page.number_input(key=field("report_case", "number")).set_value(2).run()
    page.checkbox(key=field("report_case", "cluster")).check().run()
    press(page, field("report_case", "go"))
    row = levels.levels(View(store, LOCAL)).set_index("id").loc["b"]
    assert row[["level", "cases", "clusters"]].tolist() == ["medium", 2, 2]
    assert "Reported 2 in 柳林村" in said(page)
    press(page, keys.DONE_UNDO)
    assert levels.levels(View(store, LOCAL)).set_index("id").loc["b", "level"] == "low"


def test_a_case_who_is_known_begins_the_isolation_of_the_household_again(store: Store) -> None:
    people = pd.DataFrame({"person_id": ["p", "q"], "household_id": "h", "area_id": "b", "name": ["王建国", "李秀英"]})
    store.append(LOCAL, {"person_event": people.assign(effective_at=moment(1))})
    isolation.start(store, LOCAL, "q", started_at=moment(5), reason="密切接触", ordered_by="社区")
    page = press(open_page(PAGE, sel="areas:b"), f"{keys.ACT}_report_case")
    who = page.selectbox(key=field("report_case", "person"))
    assert "王** · 柳林村 · p" in who.options
    assert "王建国" not in str(who.options)
    who.set_value("p").run()
    assert "begin their isolation again" in said(page)
    press(page, field("report_case", "go"))
    assert cases.cases(View(store, LOCAL))["person_id"].dropna().tolist() == ["p"]
    found = isolation.episodes(View(store, LOCAL)).iloc[0]
    assert (found["started_at"], found["reason"]) == (store.now(), "•••")
    press(page, keys.DONE_UNDO)
    assert isolation.episodes(View(store, LOCAL))["started_at"].tolist() == [moment(5)]
    assert cases.cases(View(store, LOCAL))["person_id"].dropna().empty


def test_an_undo_that_would_break_a_rule_says_why(store: Store) -> None:
    person = {"person_id": "p", "area_id": "a", "effective_at": moment(1)}
    store.append(LOCAL, {"person_event": pd.DataFrame([person])})
    first = cases.cases(View(store, LOCAL))["case_id"].iloc[0]
    store.append(LOCAL, {"case_event": pd.DataFrame([{**person, "case_id": first, "status": "confirmed", "effective_at": moment(4)}])})
    page = press(open_page(PAGE), f"{keys.ACT}_withdraw_case")
    page.text_input(key=field("withdraw_case", "reason")).set_value("二次检测阴性").run()
    press(page, field("withdraw_case", "go"))
    cases.enter(store, LOCAL, "a", person_id="p")
    press(page, keys.DONE_UNDO)
    assert [t.value for t in page.toast] == ["This person is a confirmed case already; withdraw that case first if it was wrong."]
    assert len(cases.cases(View(store, LOCAL))) == 1


def test_a_level_is_ordered_and_lifted(store: Store) -> None:
    page = press(open_page(PAGE, sel="areas:b"), f"{keys.ACT}_order_level")
    page.text_input(key=field("order_level", "reason")).set_value("县通告").run()
    page.text_input(key=field("order_level", "ordered_by")).set_value("县指挥部").run()
    press(page, field("order_level", "go"))
    assert levels.levels(View(store, LOCAL)).set_index("id").loc["b", "level"] == "medium"
    assert "of 2 · 1 by order" in said(page)
    press(page, f"{keys.ACT}_lift_level")
    page.text_input(key=field("lift_level", "reason")).set_value("研判").run()
    press(page, field("lift_level", "go"))
    assert risk_orders.in_force(View(store, LOCAL)).empty


def test_a_case_is_withdrawn(store: Store) -> None:
    page = press(open_page(PAGE), f"{keys.ACT}_withdraw_case")
    page.text_input(key=field("withdraw_case", "reason")).set_value("二次检测阴性").run()
    press(page, field("withdraw_case", "go"))
    assert cases.cases(View(store, LOCAL)).empty
    assert len(cases.cases(View(store, LOCAL, at=moment(12, 17)))) == 1  # until now it was one
    assert "No case has been confirmed here." in said(page)


def test_a_slip_of_the_pen_never_was_a_case(store: Store) -> None:
    page = press(open_page(PAGE), f"{keys.ACT}_withdraw_case")
    page.radio(key=field("withdraw_case", "way")).set_value("mistake").run()
    page.text_input(key=field("withdraw_case", "reason")).set_value("重复录入").run()
    press(page, field("withdraw_case", "go"))
    assert cases.cases(View(store, LOCAL, at=moment(12, 17))).empty
    press(page, keys.DONE_UNDO)
    assert len(cases.cases(View(store, LOCAL))) == 1


def test_the_grids_and_the_rule_are_told(store: Store) -> None:
    grids = open_page(PAGE, tab="grids").dataframe[1].value
    assert grids["name"].tolist() == ["朝阳村", "柳林村"]
    assert "Low: no confirmed case, or no new one for 14 days." in said(open_page(PAGE, tab="rule"))


def test_without_areas_it_says_what_to_do_first(store: Store) -> None:
    areas = store.layer("areas", LOCAL)
    store.append(LOCAL, {"feature_event": feature_events("areas", areas, effective_at=moment(1), withdrawn=True)})
    page = open_page(PAGE)
    assert "load the list of areas first" in said(page)
    assert page.button(key=f"{keys.ACT}_report_case").disabled


def test_cases_by_day_are_all_of_them() -> None:
    times = pd.to_datetime(["2020-01-01T23:30", "2020-02-03T00:10", "2020-02-03T09:00"]).tz_localize("Asia/Shanghai")
    frame = by_day(pd.DataFrame({"confirmed_at": times, "cluster": [False, True, False]}), date(2020, 2, 12), 14)
    assert frame["cases"].sum() == 3
    assert frame[frame["cases"] > 0][["day", "cluster", "new"]].to_numpy().tolist() == [
        [pd.Timestamp("2020-02-03"), True, True],
        [pd.Timestamp("2020-01-01"), False, False],
        [pd.Timestamp("2020-02-03"), False, True],
    ]
    assert frame["day"].nunique() == 43


def test_a_case_is_corrected_and_the_correction_taken_back(store: Store) -> None:
    page = press(open_page(PAGE), f"{keys.ACT}_correct_case")
    case = cases.cases(View(store, LOCAL))["case_id"].iloc[0]
    page.segmented_control(key=field("correct_case", f"confirmed_at_{case}_choice")).set_value("some").run()
    page.datetime_input(key=field("correct_case", f"confirmed_at_{case}")).set_value(datetime(2020, 2, 1, 9)).run()
    page.text_input(key=field("correct_case", f"note_{case}")).set_value("输入").run()
    page.text_input(key=field("correct_case", "reason")).set_value("报告单日期").run()
    press(page, field("correct_case", "go"))
    found = cases.cases(View(store, LOCAL))
    assert (found["confirmed_at"].tolist(), found["note"].tolist()) == ([moment(1, 9)], ["输入"])
    assert levels.levels(View(store, LOCAL)).set_index("id").loc["a", "until"].day == 15
    press(page, keys.DONE_UNDO)
    assert cases.cases(View(store, LOCAL))["confirmed_at"].tolist() == [moment(3, 9)]
