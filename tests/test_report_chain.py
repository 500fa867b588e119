"""Yesterday's report, with what is new and added since and without what was taken back, is today's: every day, every unit, and in all."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from briefing import facts
from briefing.indicators import ask
from briefing.tables import tables
from briefing.view import View
from errors import InputError
from ledgers import forms
from ledgers.reports import report_desk
from ledgers.reports.daily_report import daily, document
from ledgers.reports.report_chain import CHAIN
from ledgers.reports.report_figures import FIGURES, STATES
from queries.layers import feature_events
from queries.store import LOCAL, Store, Viewer, new_id, open_store
from tests.filled import copy_filled
from tests.township import START, ZONE, at, fill

DAYS = [date(2020, 2, day) for day in range(9, 14)]
UNITS = ("a", "b")
GRID = "a-g"
Row = dict[str, Any]


def grid(parent: str, *, level: str = "grid", recorded_at: datetime = START) -> pd.DataFrame:
    """Return the description of the grid under a village."""
    described = gpd.GeoDataFrame({"id": [GRID], "name": ["一网格"], "level": [level], "parent_id": [parent]}, geometry=[None], crs=4326)
    return feature_events("areas", described).assign(recorded_at=recorded_at)


def with_grid(store: Store) -> None:
    fill(store, recorded_at=START)
    store.append(LOCAL, {"feature_event": grid("a")})
    store.set_settings(LOCAL, {"clock": at(13, 20).isoformat()})


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Store]:
    with open_store(copy_filled(with_grid, tmp_path / "w")) as store:
        yield store


def event(episode: str, effective: datetime, *, area: str = "a", state: str = "observing", **more: Any) -> Row:
    known = more.pop("recorded", effective)
    row = {"episode_id": episode, "person_id": f"p{episode}", "area_id": area, "state": state, "place": "home", "days": 14}
    return {"event_id": new_id(), **row, "started_at": effective, "effective_at": effective, "recorded_at": known, **more}


def write(store: Store, *rows: Row) -> list[str]:
    return store.append(LOCAL, {"isolation_event": pd.DataFrame(rows)})


def undo(store: Store, target: str, moment: datetime) -> str:
    row = {"event_id": new_id(), "target_id": target, "effective_at": moment, "recorded_at": moment}
    return store.append(LOCAL, {"void": pd.DataFrame([row])})[0]


def links(store: Store, day: date, of: str = "") -> list[int]:
    """Return of a unit, or the total: yesterday's cumulative, new, added, taken back, today's; the sum of it must hold."""
    told = document(daily(View(store, LOCAL), day))
    row = told["total"] if not of else next(unit for unit in told["units"] if unit["id"] == of)
    names = ("cumulative_before", "new", "added_late", "taken_back", "cumulative")
    before, new, added, back, cumulative = (row[name] for name in names)
    assert before + new + added - back == cumulative
    assert told["reconciles"], told["differences"]
    return [before, new, added, back, cumulative]


# Worked by hand


def test_who_is_entered_after_the_cut_off_is_added_the_day_after(town: Store) -> None:
    late = at(12, 19, 30)
    write(
        town,
        event("0", at(12, 9)),
        event("1", at(12), recorded=late),
        event("2", at(12, 14), recorded=late),
    )
    assert links(town, date(2020, 2, 12)) == [0, 1, 0, 0, 1]
    assert links(town, date(2020, 2, 13)) == links(town, date(2020, 2, 13), "a") == [1, 0, 2, 0, 3]


def test_what_was_undone_is_taken_back_and_what_is_redone_added_again(town: Store) -> None:
    mine, _other = write(town, event("0", at(10, 9)), event("1", at(10, 10)))
    void = undo(town, mine, at(11, 9))
    undo(town, void, at(12, 9))
    assert [links(town, day) for day in DAYS[1:4]] == [[0, 2, 0, 0, 2], [2, 0, 0, 1, 1], [1, 0, 1, 0, 2]]


def test_a_start_that_was_corrected_into_the_day_is_taken_back_and_new(town: Store) -> None:
    first = write(town, event("0", at(10, 9)))[0]
    undo(town, first, at(11, 20))
    write(town, event("0", at(12, 8), recorded=at(11, 20, 1)))
    assert links(town, date(2020, 2, 12)) == [1, 1, 0, 1, 1]


def test_a_move_takes_from_one_unit_and_adds_to_the_other_and_is_nothing_in_all(town: Store) -> None:
    write(town, event("0", at(10, 9)), event("0", at(12, 9), area="b", started_at=at(10, 9)))
    day = date(2020, 2, 12)
    assert (links(town, day, "a"), links(town, day, "b"), links(town, day)) == ([1, 0, 0, 1, 0], [0, 0, 1, 0, 1], [1, 0, 0, 0, 1])
    told = document(daily(View(town, LOCAL), day))
    assert [(unit["moved_in"], unit["moved_out"]) for unit in told["units"]] == [(0, 1), (1, 0)]
    mine = document(daily(View(town, Viewer("b", areas=frozenset({"b"}))), day))
    assert [mine["total"][name] for name in CHAIN] == [0, 1, 0, 1, 0] and mine["reconciles"]
    assert document(daily(View(town, LOCAL, area="t"), day))["total"]["added_late"] == 0


def test_who_lies_outside_every_unit_is_in_the_chain_of_the_total(town: Store) -> None:
    write(town, event("0", at(10, 9), area="t"), event("0", at(12, 9), area="a", started_at=at(10, 9)))
    told = document(daily(View(town, LOCAL), "2020-02-11"))
    assert {d["why"] for d in told["differences"]} == {"what is recorded in areas outside every reporting unit is in the total alone"}
    assert links(town, date(2020, 2, 12), "a") == [0, 0, 1, 0, 1]


# What a unit said, against the ledger


def test_what_a_unit_said_is_held_against_the_ledger_at_the_cut_off(town: Store) -> None:
    town.set_settings(LOCAL, {"clock": at(12, 17, 41).isoformat()})
    write(town, event("0", at(12, 9)))
    report_desk.submit(town, LOCAL, "a", "2020-02-12")
    write(town, event("1", at(12, 17, 50)))
    town.set_settings(LOCAL, {"clock": at(12, 20).isoformat()})
    found = daily(View(town, LOCAL), "2020-02-12")
    assert [(d.unit, d.field, d.expected, d.found, d.why) for d in found.differences] == [
        ("a", name, 2, 1, "said") for name in ("cumulative", "new", "observing")
    ]
    assert document(found)["compared"] == {"units": 1, "of": 2} and not found.reconciles
    report_desk.correct(town, LOCAL, "a", "2020-02-12", {"cumulative": 2, "new": 2, "observing": 2}, reason="17:50 新增一人")
    assert daily(View(town, LOCAL), "2020-02-12").reconciles


def test_a_unit_that_has_put_right_what_was_learned_later_does_not_differ(town: Store) -> None:
    write(town, event("0", at(12, 9)))
    report_desk.submit(town, LOCAL, "a", "2020-02-12")
    write(town, event("1", at(12, 10), recorded=at(12, 19)))
    report_desk.correct(town, LOCAL, "a", "2020-02-12", {"cumulative": 2, "new": 2, "observing": 2}, reason="晚录")
    found = daily(View(town, LOCAL), "2020-02-12")
    assert (found.reconciles, found.total["cumulative"], found.total_later["cumulative"]) == (True, 1, 1)


def test_more_new_ones_than_all_together_is_refused_and_says_why(town: Store) -> None:
    write(town, *(event(str(n), at(12, 9)) for n in range(3)))
    report_desk.submit(town, LOCAL, "a", "2020-02-12")
    with pytest.raises(InputError, match="3 new, but only 2 in all; correct the new ones too"):
        report_desk.correct(town, LOCAL, "a", "2020-02-12", {"cumulative": 2, "observing": 2}, reason="重复")
    report_desk.correct(town, LOCAL, "a", "2020-02-12", {"cumulative": 2, "observing": 2, "new": 2}, reason="重复")


# Units that come and go


def test_who_had_not_reported_stays_so_when_its_unit_is_merged(town: Store) -> None:
    gone = gpd.GeoDataFrame({"id": ["b"], "name": ["柳林片区"], "level": ["grid"], "parent_id": ["a"]}, geometry=[None], crs=4326)
    assert daily(View(town, LOCAL), "2020-02-11").missing == ["a", "b"]
    town.append(LOCAL, {"feature_event": feature_events("areas", gone).assign(recorded_at=at(12, 9))})
    assert daily(View(town, LOCAL), "2020-02-11").missing == ["a", "b"]
    assert daily(View(town, LOCAL), "2020-02-12").missing == ["a"]


def test_who_was_no_unit_then_is_not_missing_when_made_one(town: Store) -> None:
    write(town, event("0", at(10, 9), area=GRID))
    town.append(LOCAL, {"feature_event": grid("t", level="village", recorded_at=at(12, 9))})
    assert daily(View(town, LOCAL), "2020-02-11").missing == ["a", "b"]
    assert daily(View(town, LOCAL), "2020-02-12").missing == ["a", "a-g", "b"]
    assert links(town, date(2020, 2, 12), GRID) == [0, 0, 1, 0, 1] and links(town, date(2020, 2, 12), "a") == [1, 0, 0, 1, 0]


# Before the first record


def test_a_day_before_the_first_record_is_told_as_such(town: Store) -> None:
    assert document(daily(View(town, LOCAL), "2020-02-10"))["before_records"]
    write(town, event("0", at(11, 9), recorded=at(12, 17)))
    assert [daily(View(town, LOCAL), day).before_records for day in ("2020-02-10", "2020-02-11", "2020-02-12")] == [True, True, False]
    report_desk.submit(town, LOCAL, "b", "2020-02-11", confirm_zero=True)
    assert not daily(View(town, LOCAL), "2020-02-11").before_records, "who confirms a zero report has counted"


# Where else the figures go


def test_the_briefing_its_table_and_a_form_say_the_same(town: Store, tmp_path: Path) -> None:
    write(town, event("0", at(11, 9)), event("1", at(11, 10), recorded=at(12, 9)), event("2", at(12, 9)))
    undo(town, write(town, event("3", at(11, 11)))[0], at(12, 10))
    view = View(town, LOCAL, at=at(12, 18), known_at=at(12, 18), lang="en")
    assert {name: ask(view, f"isolation.{name}") for name in ("before", "new", "added_late", "taken_back", "cumulative")} == {
        "before": 2,
        "new": 1,
        "added_late": 1,
        "taken_back": 1,
        "cumulative": 3,
    }
    found = facts.report(view)
    assert found is not None and facts.chain(view) == found.chain.total
    table = next(t for t in tables(view) if t.id == "units")
    assert table.rows[-1][:5] == ("Total", 3, 1, 1, 1)
    book = openpyxl.Workbook()
    names = ("cumulative_before", "new", "added_late", "taken_back", "cumulative")
    for n, name in enumerate(names, 1):
        book.active.cell(n, 1, f"{{{{report.{name}}}}}")
    book.save(tmp_path / "form.xlsx")
    forms.add_form(town, LOCAL, tmp_path / "form.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(forms.fill_form(town, LOCAL, "form.xlsx", "2020-02-12"))).active
    assert [sheet.cell(n, 1).value for n in range(1, 6)] == [2, 1, 1, 1, 3]


def test_a_form_does_not_add_again_what_the_unit_had_put_right_itself(town: Store) -> None:
    write(town, event("0", at(11, 9)))
    report_desk.submit(town, LOCAL, "a", "2020-02-11")
    write(town, event("1", at(11, 10), recorded=at(11, 20)))
    report_desk.correct(town, LOCAL, "a", "2020-02-11", {"cumulative": 2, "new": 2, "observing": 2}, reason="晚录")
    found = daily(View(town, LOCAL), "2020-02-12")
    assert [found.chain.total[name] for name in CHAIN[:3]] == [1, 1, 0]
    stands = report_desk.standing_chain(town, LOCAL, found)
    assert [stands[name] for name in CHAIN[:3]] == [2, 0, 0]


# Any history, against a count in plain Python

AREAS = ("a", "b", GRID)
EPISODES = "stuvwxyz"
HOURS = st.integers(0, 5 * 24)
BASE = at(8, 18)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Row], list[Row], datetime]:
    """Draw states, moves and corrected dates of a few isolations, recorded at once or late; what was undone and redone; and when the grid
    went over to the other village.
    """
    events: list[Row] = []
    for _ in range(draw(st.integers(6, 30))):
        effective = BASE + timedelta(hours=draw(HOURS))
        row = event(draw(st.sampled_from(EPISODES)), effective, area=draw(st.sampled_from(AREAS)), state=draw(st.sampled_from(STATES)))
        late = timedelta(hours=draw(st.sampled_from([0, 0, 1, 20, 30, 50])))
        started = BASE + timedelta(hours=draw(HOURS)) if draw(st.booleans()) else effective
        events.append({**row, "event_id": f"e{len(events):03}", "started_at": started, "recorded_at": effective + late})
    voids: list[Row] = []
    for n in range(draw(st.integers(0, 8))):
        # an undoing, or its undoing: no deeper
        target = draw(st.sampled_from([*events, *(v for v in voids if v["target_id"].startswith("e"))]))
        moment = BASE + timedelta(hours=draw(st.integers(0, 7 * 24)))
        voids.append({"event_id": f"v{n:03}", "target_id": target["event_id"], "effective_at": moment, "recorded_at": moment})
    return events, voids, BASE + timedelta(hours=draw(HOURS))


def counted(events: list[Row], voids: list[Row], moved: datetime, cutoff: datetime) -> dict[str, tuple[str, bool]]:
    """Return the unit of each isolation that a report counts, and whether it is new: from the raw events, as known at the cut-off."""
    told = [v for v in voids if v["recorded_at"] <= cutoff]
    redone = {v["target_id"] for v in told}
    undone = {v["target_id"] for v in told if v["event_id"] not in redone}
    unit = {"a": "a", "b": "b", GRID: "b" if moved <= cutoff else "a"}
    found = {}
    for episode in EPISODES:
        rows = [
            e
            for e in events
            if e["episode_id"] == episode and e["effective_at"] <= cutoff and e["recorded_at"] <= cutoff and e["event_id"] not in undone
        ]
        if not rows:
            continue
        last = max(rows, key=lambda e: (e["effective_at"], e["recorded_at"], e["event_id"]))
        earliest = min(e["effective_at"] for e in rows)
        first = max((e for e in rows if e["effective_at"] == earliest), key=lambda e: (e["recorded_at"], e["event_id"]))
        found[episode] = (unit[last["area_id"]], cutoff - timedelta(days=1) < first["started_at"] <= cutoff)
    return found


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chain")
    copy_filled(with_grid, folder / "prepared")
    return folder


# Few examples of many days and isolations each: a report costs more than what it counts.
@settings(max_examples=8, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(histories())
def test_the_chain_holds_every_day_for_every_unit_and_in_all(prepared: Path, drawn: tuple[list[Row], list[Row], datetime]) -> None:
    events, voids, moved = drawn
    workspace = prepared / new_id()
    shutil.copytree(prepared / "prepared", workspace)
    with open_store(workspace) as store:
        store.append(LOCAL, {"isolation_event": pd.DataFrame(events), "feature_event": grid("b", recorded_at=moved)})
        if voids:
            store.append(LOCAL, {"void": pd.DataFrame(voids)})
        told = {day: document(daily(View(store, LOCAL), day)) for day in DAYS}
    known = {day: counted(events, voids, moved, datetime(day.year, day.month, day.day, 18, tzinfo=ZONE)) for day in DAYS}
    yesterday: dict[str, Row] = {}
    for n, day in enumerate(DAYS):
        assert told[day]["reconciles"], told[day]["differences"]
        rows = {**{unit["id"]: unit for unit in told[day]["units"]}, "": told[day]["total"]}
        now = known[day]
        before = known[DAYS[n - 1]] if n else counted(events, voids, moved, BASE)
        for unit in (*UNITS, ""):
            was = {e for e, (where, _new) in before.items() if unit in ("", where)}
            here = {e: new for e, (where, new) in now.items() if unit in ("", where)}
            expected = {
                "cumulative_before": len(was),
                "new": sum(here.values()),
                "added_late": len([e for e, new in here.items() if not new and e not in was]),
                "taken_back": len([e for e in was if e not in here or here[e]]),
                "cumulative": len(here),
            }
            row = rows[unit]
            assert {name: row[name] for name in expected} == expected, (day, unit)
            assert row["cumulative_before"] + row["new"] + row["added_late"] - row["taken_back"] == row["cumulative"]
            if yesterday:
                assert row["cumulative_before"] == yesterday[unit]["cumulative"], "the figure that the report of the day before printed"
            assert set(FIGURES) <= set(row)
        yesterday = rows
