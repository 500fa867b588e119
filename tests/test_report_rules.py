"""Daily reports: whose they are where a grid is asked for, settings that change, and what stands of what a unit said."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest

from briefing.moments import issue_at
from errors import InputError, NotFound
from ledgers import forms
from ledgers.attention import attention
from ledgers.coverage_rules import COVERAGE_RULES, Rules
from ledgers.people import screening_rounds
from ledgers.people.screening import retry_hours
from ledgers.people.screening_rounds import Round
from ledgers.people.slots import reading_slots
from ledgers.reports import report_desk
from ledgers.reports.daily_report import daily, document
from ledgers.reports.headlines import people, unreported
from ledgers.reports.report_figures import CUTOFF
from ledgers.reports.report_lists import history
from ledgers.workspace_settings import SETTINGS
from queries.layers import feature_events
from queries.store import LOCAL, Store, Viewer, open_store
from queries.view import View
from tests.filled import copy_filled
from tests.township import NOW, START, at, fill

DAY = "2020-02-12"
THIRDS = [["00:00", "08:00"], ["08:00", "16:00"], ["16:00", "24:00"]]


def with_grids(store: Store) -> None:
    """The township; village a has two grids, the township a grid of its own in no village."""
    fill(store, recorded_at=START)
    grids = {"id": ["a-g", "a-h", "t-g"], "name": ["一网格", "二网格", "直属网格"], "level": "grid", "parent_id": ["a", "a", "t"]}
    described = feature_events("areas", gpd.GeoDataFrame(grids, geometry=[None] * 3, crs=4326))
    store.append(LOCAL, {"feature_event": described.assign(recorded_at=START)})


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Store]:
    with open_store(copy_filled(with_grids, tmp_path / "w")) as store:
        yield store


def isolate(store: Store, *rows: tuple[str, str, str]) -> None:
    """Begin isolations at nine of the 3rd, recorded then: episode, area, state."""
    frame = pd.DataFrame(rows, columns=["episode_id", "area_id", "state"])
    moment = at(3, 9)
    whole = frame.assign(person_id="p", place="home", days=14, started_at=moment, effective_at=moment, recorded_at=moment)
    store.append(LOCAL, {"isolation_event": whole})


def clock(store: Store, moment: object) -> None:
    store.set_settings(LOCAL, {"clock": str(moment)})


def change(store: Store, key: str, value: object) -> None:
    store.set_settings(LOCAL, {key: SETTINGS[key].changed(store, value)})


# A grid


def test_for_a_grid_the_unit_answers_in_which_it_lies(town: Store) -> None:
    isolate(town, ("1", "a-g", "observing"), ("2", "a-h", "hospital"), ("3", "b", "observing"))
    found, unit = daily(View(town, LOCAL, area="a-g"), DAY), daily(View(town, LOCAL, area="a"), DAY)
    assert (found.area, found.missing, found.total["cumulative"]) == ("a", ["a"], 2)
    assert document(found) == document(unit)
    assert daily(View(town, LOCAL, area="t"), DAY).area == "t" and daily(View(town, LOCAL), DAY).area is None
    assert history(View(town, LOCAL, area="a-g"), date(2020, 2, 12), days=1)["cumulative"].tolist() == [2]
    waiting = unreported(View(town, LOCAL, area="a-g"))
    assert (waiting.units, waiting.names) == (1, (("a", "朝阳村"),))
    assert attention(View(town, LOCAL, at=NOW, area="a-g"))["sort"].tolist().count("unreported") == 1


@pytest.mark.parametrize("viewer", [LOCAL, Viewer("网格员", areas=frozenset({"t-g"}))])
def test_where_nothing_reports_there_is_no_report_of_zeros(town: Store, viewer: Viewer) -> None:
    isolate(town, ("1", "t-g", "observing"))
    with pytest.raises(NotFound, match="Nothing reports here"):
        daily(View(town, viewer, area="t-g"), DAY)
    assert unreported(View(town, viewer, area="t-g")).units == 0


def test_who_sees_a_grid_alone_is_told_that_it_does_not_report(town: Store) -> None:
    isolate(town, ("1", "a-g", "observing"))
    worker = Viewer("网格员", areas=frozenset({"a-g"}))
    for area in (None, "a-g"):
        with pytest.raises(NotFound, match="Nothing reports here"):
            daily(View(town, worker, area=area), DAY)
    with pytest.raises(NotFound, match="Nothing reports here"):
        report_desk.submit(town, worker, "a", DAY)
    assert people(View(town, worker)).observing == 1


# People screened


def test_a_household_is_screened_once_a_period_and_only_by_screening(town: Store) -> None:
    rows = [
        ("h1", "a-g", "screening", 3, at(12, 9)),
        ("h1", "a-g", "screening", 2, at(12, 10)),
        ("h1", "a-g", "screening", None, at(12, 11)),
        ("h2", "a-h", "screening", 4, at(12, 9)),
        ("h2", "a-h", "delivery", 9, at(12, 12)),
        (None, "b", "screening", 1, at(12, 9)),
        (None, "b", "screening", 1, at(12, 10)),
        ("h3", "b", "screening", 5, at(11, 18)),  # at the cut-off before: of that day
        ("h1", "a-g", "screening", 3, at(11, 9)),
    ]
    visits = pd.DataFrame(rows, columns=["household_id", "area_id", "purpose", "screened", "effective_at"])
    town.append(LOCAL, {"visit": visits.assign(outcome="registered", recorded_at=visits["effective_at"])})
    for day, a, b in ((DAY, 7, 2), ("2020-02-11", 3, 5)):
        found = daily(View(town, LOCAL), day)
        assert (found.units["screened"].to_dict(), found.total["screened"]) == ({"a": a, "b": b}, a + b), day
    homes = pd.DataFrame({"household_id": ["h1", "h2", "h3"], "area_id": ["a-g", "a-h", "b"], "head_count": 5, "withdrawn": False})
    town.append(LOCAL, {"household_event": homes.assign(effective_at=START, recorded_at=START)})
    page = screening_rounds.progress(View(town, LOCAL), round=Round("一轮", None, at(11, 18, 1), None))
    assert page.screened == 7, "the screening page says the same of the same hours"


# Settings that change


def test_a_changed_setting_holds_from_tomorrow(town: Store) -> None:
    assert CUTOFF.on(town, date(2020, 2, 12)) == "18:00"
    for day, value in ((12, "12:00"), (12, "13:00"), (14, "15:00"), (14, "13:00")):
        clock(town, at(day, 20))
        change(town, "cutoff", value)
    town.set_settings(LOCAL, {"clock": at(20).isoformat()})
    held = [CUTOFF.on(town, date(2020, 2, day)) for day in (1, 12, 13, 14, 15, 19)]
    assert held == ["18:00", "18:00", "13:00", "13:00", "13:00", "13:00"]
    change(town, "cutoff", "16:00")
    assert CUTOFF.on(town, date(2020, 2, 20)) == "13:00"
    assert CUTOFF.on(town, date(2020, 2, 21)) == "16:00"


def test_a_briefing_a_day_where_the_morning_and_the_evening_have_one_hour(town: Store) -> None:
    assert [issue_at(town, at(12, hour)).edition for hour in (7, 8, 18)] == ["evening", "morning", "evening"]
    town.set_settings(LOCAL, {"briefing_morning": "18:00"})
    found = issue_at(town, at(12, 20))
    assert (found.edition, found.cutoff, found.previous) == ("evening", at(12, 18), at(11, 18))
    town.set_settings(LOCAL, {"briefing_morning": "at dawn"})
    with pytest.raises(InputError, match="at dawn"):
        issue_at(town, at(12, 20))


def test_a_rule_of_the_roads_changed_at_once_leaves_earlier_moments_theirs(town: Store) -> None:
    clock(town, at(12, 20))
    now, minute = town.now(), timedelta(minutes=1)
    town.set_settings(LOCAL, {"coverage_rules": {"attach_m": 300}})
    for metres in (400, 500):  # the second within the same minute takes the place of the first
        town.set_settings(LOCAL, {"coverage_rules": COVERAGE_RULES.changed(town, {"attach_m": metres}, at_once=True)})
    assert [Rules.of(town, at).attach_m for at in (now - minute, now, now + minute)] == [300, 500, 500]
    retries = {"dated": [{"value": {"not_in": 2}}, {"from": f"{now:%Y-%m-%d}", "value": {"not_in": 6}}]}
    town.set_settings(LOCAL, {"retry_hours": retries})
    assert [retry_hours(town, at)["not_in"] for at in (now - timedelta(days=1), now)] == [2, 6]


def test_settings_changed_afterwards_leave_past_figures_as_they_were(town: Store) -> None:
    isolate(town, ("1", "a", "observing"), ("2", "a-g", "observing"), ("3", "b", "hospital"))
    for moment, unit in ((at(12, 17, 50), "a"), (at(12, 18, 50), "b")):
        clock(town, moment)
        report_desk.submit(town, LOCAL, unit, DAY)
    clock(town, at(12, 20))
    days = [date(2020, 2, day) for day in range(4, 13)]
    before = [document(daily(View(town, LOCAL), day)) for day in days]
    assert before[-1]["total"]["readings_missed"] == 4 and before[-1]["late"] == []
    change(town, "reading_slots", THIRDS)
    change(town, "cutoff", "12:00")
    change(town, "report_grace_minutes", 0)
    change(town, "report_opens_minutes", 30)
    assert [document(daily(View(town, LOCAL), day)) for day in days] == before
    clock(town, at(13, 20))
    assert [document(daily(View(town, LOCAL), day)) for day in days] == before
    today = daily(View(town, LOCAL), "2020-02-13")
    assert (today.period.start, today.period.cutoff) == (at(12, 18), at(13, 12))
    assert (today.opens, today.late_after) == (at(13, 11, 30), at(13, 12))
    # the last slot of the 12th, and one of the 13th that closed by noon
    assert today.total["readings_missed"] == 4
    assert reading_slots(town, start=at(12, 18), at=at(13, 12)).closes == (at(13), at(13, 8), at(13, 16))
    town.set_settings(LOCAL, {"reading_slots": THIRDS})
    assert daily(View(town, LOCAL), DAY).total["readings_missed"] == 6, "a plain value holds for all time"


def test_who_was_in_time_stays_so_at_another_cutoff(town: Store) -> None:
    report_desk.submit(town, LOCAL, "a", DAY, confirm_zero=True)
    assert daily(View(town, LOCAL), DAY, cutoff="12:00").late == []
    town.set_settings(LOCAL, {"cutoff": "12:00"})
    assert daily(View(town, LOCAL), DAY).late == []


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "9999-12-31", date(1, 1, 1)])
def test_a_year_no_report_is_of_is_told(town: Store, day: date | str) -> None:
    with pytest.raises(InputError, match="no date of a report; write one between 1900 and 2200"):
        daily(View(town, LOCAL), day)


# What a unit stands by


CELLS = {"A1": "{{unit.name}}", "A2": "{{report.observing}}", "A3": "{{report.released}}", "A4": "{{report.cumulative}}"}


def filled(store: Store, folder: Path, area: str | None, cells: dict[str, str] = CELLS) -> list[object]:
    """Return the cells of a form filled for an area."""
    book = openpyxl.Workbook()
    for where, text in cells.items():
        book.active[where] = text
    book.save(folder / "form.xlsx")
    forms.add_form(store, LOCAL, folder / "form.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(forms.fill_form(store, LOCAL, "form.xlsx", DAY, area=area))).active
    return [sheet[where].value for where in cells]


def test_a_form_says_what_the_units_stand_by(town: Store, tmp_path: Path) -> None:
    isolate(town, ("1", "a-g", "observing"), ("2", "a-h", "observing"), ("3", "b", "observing"))
    assert filled(town, tmp_path, "a") == ["朝阳村", 2, 0, 2]
    report_desk.submit(town, LOCAL, "a", DAY)
    report_desk.correct(town, LOCAL, "a", DAY, {"observing": 1, "released": 1}, reason="期满")
    assert filled(town, tmp_path, "a") == ["朝阳村", 1, 1, 2]
    assert filled(town, tmp_path, "b") == ["柳林村", 1, 0, 1]
    assert filled(town, tmp_path, None) == filled(town, tmp_path, "t") == ["青禾镇", 2, 1, 3]
    found = daily(View(town, LOCAL), DAY)
    assert report_desk.differing(found) == {"observing": (2, 3), "released": (1, 0)}
    assert found.total["observing"] == 3, "the figures of the ledger stay what they are"
    told = [(d.unit, d.field, d.expected, d.found, d.why) for d in found.differences]
    assert told == [("a", "observing", 2, 1, "said"), ("a", "released", 0, 1, "said")], "what a unit says against the ledger is named"


def test_a_form_with_figures_is_filled_for_the_unit_of_a_grid(town: Store, tmp_path: Path) -> None:
    isolate(town, ("1", "a-g", "observing"), ("2", "a-h", "observing"))
    assert filled(town, tmp_path, "a-g") == ["朝阳村", 2, 0, 2]
    assert filled(town, tmp_path, "a-g", {"A1": "{{unit.name}}"}) == ["一网格"]
    with pytest.raises(NotFound, match="Nothing reports here"):
        filled(town, tmp_path, "t-g")


def test_a_correction_is_undone_as_a_whole(town: Store) -> None:
    isolate(town, ("1", "a", "observing"), ("2", "a", "observing"))
    report_desk.submit(town, LOCAL, "a", DAY)
    first = report_desk.correct(town, LOCAL, "a", DAY, {"observing": 1, "released": 1}, reason="期满")
    second = report_desk.correct(town, LOCAL, "a", DAY, {"observing": 0, "transferred": 1}, reason="转区")
    for half in second:
        void = town.undo(LOCAL, [half])
        found = daily(View(town, LOCAL), DAY)
        assert report_desk.differing(found, "a") == {"observing": (1, 2), "released": (1, 0)}
        assert len(found.corrections) == 2 and {d.why for d in found.differences} == {"said"}
        town.undo(LOCAL, void)
    assert report_desk.differing(daily(View(town, LOCAL), DAY), "a") == {"observing": (0, 2), "released": (1, 0), "transferred": (1, 0)}
    town.undo(LOCAL, first[:1])
    found = daily(View(town, LOCAL), DAY)
    assert not found.reconciles
    unsound = [d for d in found.differences if d.why == "standing"]
    assert [(d.unit, d.field, d.expected, d.found) for d in unsound] == [("a", "cumulative", 2, 1)]
    assert "stands by does not add up" in document(found)["differences"][0]["why"]
