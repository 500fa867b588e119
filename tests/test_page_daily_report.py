"""The daily report's page: the table, a unit that confirms and corrects, what a number counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from paging import open_page, press, said, served
from streamlit.testing.v1 import AppTest
from township import NOW, at

from ledgers.reports.daily_report import daily
from queries.layers import feature_events
from queries.store import LOCAL, Store
from queries.view import View
from ui.reports.forms import CONFIRM, CORRECT
from ui.shell import keys
from ui.shell.acts import field

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
PAGE, DAY = "pages/daily_report.py", "2020-02-12"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Store]:
    with served(tmp_path) as store:
        stays = [
            {"episode_id": "1", "area_id": "a", "state": "observing", "effective_at": at(3)},
            {"episode_id": "2", "area_id": "a", "state": "hospital", "effective_at": at(12, 9)},
        ]
        rows = pd.DataFrame(stays).assign(
            person_id="p", days=14, started_at=lambda f: f["effective_at"], recorded_at=lambda f: f["effective_at"]
        )
        late = rows.iloc[:1].assign(episode_id="3", effective_at=at(5), started_at=at(5), recorded_at=at(12, 9))
        store.append(LOCAL, {"isolation_event": pd.concat([rows, late])})
        yield store


def metrics(page: AppTest) -> dict[str, str]:
    return {m.label: m.value for m in page.metric}


def table(page: AppTest) -> pd.DataFrame:
    return page.dataframe[0].value.set_index("name")


def act(name: str, unit: str) -> str:
    return f"{keys.REPORT_ACT}_{name}_{unit}"


def test_the_table_says_what_the_report_says(town: Store) -> None:
    page = open_page(PAGE)
    shown = table(page)
    assert list(shown.index) == ["Total", "朝阳村", "柳林村"]
    assert shown.loc["朝阳村", ["cumulative", "new", "observing", "hospital"]].tolist() == [3, 1, 2, 1]
    assert shown.loc["Total", "told"] == "0/2"
    # one of the 5th was entered on the 12th: yesterday's 1, one new, one added
    chained = ["cumulative_before", "new", "added_late", "taken_back", "cumulative"]
    assert shown.loc["朝阳村", chained].tolist() == shown.loc["Total", chained].tolist() == [1, 1, 1, 0, 3]
    assert "Added since 1" in said(page) and "with the day before, and with 0 of 2 reports" in said(page)
    assert metrics(page) | {"Cumulative": "3", "Not reported": "2", "Reconciles": "yes"} == metrics(page)
    before = table(open_page(PAGE, date="2020-02-11"))
    assert before.loc["朝阳村", ["cumulative", "later"]].tolist() == [1, "Cumulative +1 · Observing +1"]


def test_a_day_before_the_first_record_shows_no_figures(town: Store) -> None:
    page = open_page(PAGE, date="2020-02-02")
    assert {name: value for name, value in metrics(page).items() if name in ("Cumulative", "Observing", "Reconciles")} == dict.fromkeys(
        ("Cumulative", "Observing", "Reconciles"), "–"
    )
    assert any("Nothing of people had been recorded by this cut-off" in w.value for w in page.warning)


def test_a_unit_confirms_and_takes_it_back(town: Store) -> None:
    page = press(open_page(PAGE), act(CONFIRM, "a"))
    assert page.query_params["unit"] == "a"
    page = press(page, field(CONFIRM, "go"))
    assert "朝阳村 has reported for 2020-02-12." in said(page)
    assert daily(View(town, LOCAL), DAY).missing == ["b"]
    page = press(page, keys.DONE_UNDO)
    assert daily(View(town, LOCAL), DAY).missing == ["a", "b"]


def test_zero_is_confirmed_by_a_tick(town: Store) -> None:
    page = press(open_page(PAGE), act(CONFIRM, "b"))
    assert page.button(key=field(CONFIRM, "go")).disabled
    page.checkbox(key=field(CONFIRM, "zero")).check().run()
    press(page, field(CONFIRM, "go"))
    assert daily(View(town, LOCAL), DAY).units.loc["b", "zero"]
    assert daily(View(town, LOCAL), DAY).missing == ["a"]


def test_a_correction_must_add_up_and_is_told_with_its_reason(town: Store) -> None:
    page = press(press(open_page(PAGE, unit="a"), act(CONFIRM, "a")), field(CONFIRM, "go"))
    page = press(page, act(CORRECT, "a"))
    page.number_input(key=field(CORRECT, f"observing_a_{DAY}")).set_value(1)
    page.text_input(key=field(CORRECT, "reason")).set_value("期满").run()
    page = press(page, field(CORRECT, "go"))
    assert "do not add up" in said(page)
    page.number_input(key=field(CORRECT, f"released_a_{DAY}")).set_value(1).run()
    page = press(page, field(CORRECT, "go"))
    assert "Observing: submitted 2, corrected to 1 by local" in said(page)
    assert "Observing 1 / 2 · Released 1 / 0" in said(page)
    assert table(page).loc["朝阳村", "corrected"] == "Observing 2 → 1 · Released 0 → 1"
    assert table(page)["stands"].tolist() == ["Observing 1 · Released 1"] * 2 + [""]
    page = press(page, keys.DONE_UNDO)
    assert daily(View(town, LOCAL), DAY).corrections.empty and not table(page)["stands"].any()


def test_a_figure_opens_the_episodes_it_counts(town: Store) -> None:
    page = press(open_page(PAGE), f"{keys.FIGURE_SHOW}_hospital")
    assert page.query_params["figure"] == "hospital"
    assert page.dataframe[1].value["episode_id"].tolist() == ["2"]
    later = open_page(PAGE, date="2020-02-11", figure="later", unit="a")
    assert later.dataframe[1].value["episode_id"].tolist() == ["3"]


def test_what_does_not_reconcile_is_named(town: Store) -> None:
    stray = {"episode_id": "9", "person_id": "p", "area_id": "t", "state": "observing", "effective_at": at(3), "recorded_at": at(3)}
    town.append(LOCAL, {"isolation_event": pd.DataFrame([stray])})
    page = open_page(PAGE)
    assert metrics(page)["Reconciles"] == "no"
    assert "Total, Cumulative: 4 against 3" in said(page)
    assert "青禾镇" in said(page)


def test_before_the_cutoff_nobody_is_missing_yet(town: Store) -> None:
    town.set_settings(LOCAL, {"clock": (NOW - timedelta(hours=3)).isoformat()})
    assert metrics(open_page(PAGE))["Cumulative"] == "1"  # the last report is that of the day before
    page = open_page(PAGE, date=DAY)
    assert table(page).loc["朝阳村", "told"] == "not yet"
    assert page.button(key=act(CONFIRM, "a")).disabled
    assert "Reports are open from 12 Feb 16:00" in said(page)
    assert "The report of 2020-02-12 is not closed yet: until **12 Feb 2020 18:00** its figures still change." in said(page)
    assert "not closed yet" not in said(open_page(PAGE, date="2020-02-11"))
    town.set_settings(LOCAL, {"clock": (NOW + timedelta(hours=3)).isoformat()})
    assert "not closed yet" in said(open_page(PAGE, date=DAY, at="2020-02-12T12:00"))


def test_a_grid_is_shown_the_unit_in_which_it_lies(town: Store) -> None:
    grids = {"id": ["a-g"], "name": ["一网格"], "level": "grid", "parent_id": ["a"]}
    described = feature_events("areas", gpd.GeoDataFrame(grids, geometry=[None], crs=4326))
    town.append(LOCAL, {"feature_event": described.assign(recorded_at=at(1))})
    page = open_page(PAGE, area="a-g")
    assert "一网格 does not report itself; what is shown is 朝阳村, in which it lies." in said(page)
    assert list(table(page).index) == ["Total", "朝阳村"] and metrics(page)["Cumulative"] == "3"
    assert "does not report itself" not in said(open_page(PAGE, area="a"))


def test_the_command_map_counts_people_and_leads_to_the_report(town: Store) -> None:
    home = open_page("home.py")
    shown = metrics(home)
    assert (shown["Isolating"], shown["Not reported"]) == ("2", "2")
    assert any("朝阳村: not reported" in button.label for button in home.button)
