"""The daily report against a model in Python: frozen at the cut-off whatever comes later, and what comes later told beside it."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from errors import InputError, NotFound
from ledgers.attention import attention
from ledgers.reports import report_desk
from ledgers.reports.daily_report import Daily, daily, document
from ledgers.reports.headlines import people
from ledgers.reports.report_figures import FIELDS, FIGURES, OF_PEOPLE, STATES, latest_period
from ledgers.reports.report_lists import counted_episodes, history, of_figure
from ledgers.workspace_settings import SETTINGS
from queries.events import LOCAL, Viewer, new_id
from queries.layers import feature_events
from queries.store import Store, open_store
from queries.view import View
from tests.filled import copy_filled
from tests.township import NOW, START, ZONE, at, fill

DAY = "2020-02-12"
MINUTE = timedelta(minutes=1)


KNOWN_EARLY = partial(fill, recorded_at=START)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Store]:
    with open_store(copy_filled(KNOWN_EARLY, tmp_path / "w")) as store:
        yield store


def isolate(store: Store, *rows: dict[str, object]) -> list[str]:
    """Append isolation events: of one moment, recorded as they happen, unless a row says otherwise."""
    frame = pd.DataFrame([{"person_id": f"p{row['episode_id']}", "days": 14, "place": "home", **row} for row in rows])
    frame["started_at"] = frame["started_at"].fillna(frame["effective_at"]) if "started_at" in frame else frame["effective_at"]
    frame["recorded_at"] = frame["recorded_at"].fillna(frame["effective_at"]) if "recorded_at" in frame else frame["effective_at"]
    return store.append(LOCAL, {"isolation_event": frame})


def figures(found: Daily) -> dict[str, dict[str, int]]:
    """Return the figures of each unit and of the total ("") as the document says them."""
    told = document(found)
    rows = {**{unit["id"]: unit for unit in told["units"]}, "": told["total"]}
    return {unit: {name: row[name] for name in FIELDS} for unit, row in rows.items()}


def learned(found: Daily) -> dict[str, dict[str, int]]:
    told = document(found)
    return {row.get("id", ""): row["learned_later"] for row in [*told["units"], told["total"]]}


# Figures known by hand


def test_figures_of_a_day_known_by_hand(town: Store) -> None:
    isolate(
        town,
        {"episode_id": "1", "area_id": "a", "state": "observing", "effective_at": at(2, 9)},
        {"episode_id": "1", "area_id": "a", "state": "released", "effective_at": at(11, 9), "started_at": at(2, 9)},
        {"episode_id": "2", "area_id": "a", "state": "observing", "effective_at": at(11, 18)},  # at the cut-off before: of that day
        {"episode_id": "3", "area_id": "a", "state": "observing", "effective_at": at(11, 18) + MINUTE},
        {"episode_id": "4", "area_id": "b", "state": "observing", "effective_at": at(12, 18)},
        {"episode_id": "4", "area_id": "b", "state": "hospital", "effective_at": at(12, 18), "started_at": at(12, 18)},
        {"episode_id": "5", "area_id": "b", "state": "transferred", "effective_at": at(5, 9)},
        {"episode_id": "6", "area_id": "b", "state": "refuted", "effective_at": at(6, 9)},
        {"episode_id": "7", "area_id": "b", "state": "observing", "effective_at": at(10, 9), "recorded_at": at(12, 18) + MINUTE},
    )
    visits = [
        {"purpose": "screening", "area_id": "a", "screened": 3, "effective_at": at(12, 9)},
        {"purpose": "screening", "area_id": "a", "screened": 4, "effective_at": at(11, 18)},
        {"purpose": "screening", "area_id": "b", "screened": None, "effective_at": at(12, 9)},
    ]
    supplies = [
        {"area_id": "a", "item": "mask", "action": "receive", "quantity": 100.0, "effective_at": at(3)},
        {"area_id": "a", "item": "mask", "action": "use", "quantity": 100.0, "effective_at": at(4)},
        {"area_id": "a", "item": "gloves", "action": "count", "quantity": 5.0, "effective_at": at(4)},
        {"area_id": "b", "item": "mask", "action": "count", "quantity": 0.0, "effective_at": at(4)},
        {"area_id": "b", "item": "mask", "action": "receive", "quantity": 2.0, "effective_at": at(5)},
    ]
    events = {"visit": visits, "supply_event": supplies}
    town.append(LOCAL, {table: pd.DataFrame(rows).assign(recorded_at=lambda f: f["effective_at"]) for table, rows in events.items()})
    found = daily(View(town, LOCAL), DAY)
    shown = figures(found)
    assert {k: shown["a"][k] for k in FIGURES} == dict(zip(FIGURES, (3, 1, 0, 2, 1, 0, 0), strict=True))
    assert {k: shown["b"][k] for k in FIGURES} == dict(zip(FIGURES, (3, 1, 1, 0, 0, 1, 1), strict=True))
    assert {k: shown[""][k] for k in FIGURES} == dict(zip(FIGURES, (6, 2, 1, 2, 1, 1, 1), strict=True))
    # Slots that close after 18:00 the day before: episodes 1 to 3 are observed then where they have begun two hours before.
    assert [(shown[u]["screened"], shown[u]["posts"], shown[u]["gates"], shown[u]["supplies"]) for u in "ab"] == [
        (3, 1, 2, 1),
        (0, 1, 0, 1),
    ]
    assert (shown["a"]["readings_taken"], shown["a"]["readings_missed"]) == (0, 4)
    assert found.reconciles
    later = learned(found)
    assert {k: v for k, v in later["b"].items() if v} == {"cumulative": 1, "observing": 1, "readings_missed": 2}
    assert not any(later["a"].values())
    assert document(daily(View(town, LOCAL, known_at=at(12, 18)), DAY))["total"]["learned_later"] == dict.fromkeys(FIELDS, 0)
    before = figures(daily(View(town, LOCAL), "2020-02-11"))
    assert [before["a"][k] for k in FIGURES] == [2, 1, 0, 1, 1, 0, 0]


def test_another_cutoff_counts_up_to_another_hour(town: Store) -> None:
    isolate(town, {"episode_id": "1", "area_id": "a", "state": "observing", "effective_at": at(12, 13)})
    assert figures(daily(View(town, LOCAL), DAY, cutoff="12:00"))["a"]["cumulative"] == 0
    assert figures(daily(View(town, LOCAL), DAY, cutoff="13:00"))["a"]["new"] == 1
    assert document(daily(View(town, LOCAL), DAY, cutoff="13:00"))["cutoff"] == "13:00"
    town.set_settings(LOCAL, {"cutoff": "12:30"})
    assert figures(daily(View(town, LOCAL), DAY))["a"]["cumulative"] == 0


def test_dates_moved_later_make_nobody_new_again(town: Store) -> None:
    first = {"episode_id": "1", "area_id": "a", "state": "observing", "effective_at": at(5, 9)}
    isolate(town, first, {**first, "effective_at": at(12, 9), "started_at": at(12, 9)})
    assert [figures(daily(View(town, LOCAL), f"2020-02-{day:02}"))["a"]["new"] for day in (5, 12)] == [1, 0]


def test_an_import_of_today_reads_as_learned_later_and_not_as_zero(town: Store) -> None:
    isolate(town, {"episode_id": "1", "area_id": "b", "state": "observing", "effective_at": at(3, 9), "recorded_at": NOW})
    found = document(daily(View(town, LOCAL), "2020-02-10"))
    unit = found["units"][1]
    assert (unit["cumulative"], unit["learned_later"]["cumulative"], unit["learned_later"]["observing"]) == (0, 1, 1)
    assert found["total"]["learned_later"]["cumulative"] == 1


# What does not reconcile


def test_an_episode_outside_every_unit_is_in_the_total_and_is_named(town: Store) -> None:
    isolate(
        town,
        {"episode_id": "1", "area_id": "t", "state": "hospital", "effective_at": at(3)},
        {"episode_id": "2", "area_id": None, "state": "hospital", "effective_at": at(3)},
        {"episode_id": "3", "area_id": "a", "state": "observing", "effective_at": at(3)},
    )
    found = document(daily(View(town, LOCAL), DAY))
    assert not found["reconciles"]
    assert found["total"]["cumulative"] == 3
    difference = next(d for d in found["differences"] if d["field"] == "hospital")
    assert (difference["unit"], difference["expected"], difference["found"], difference["areas"]) == (None, 2, 0, ["", "t"])
    assert difference["why"]


def test_an_unknown_state_breaks_the_sum_of_its_unit(town: Store) -> None:
    isolate(town, {"episode_id": "1", "area_id": "b", "state": "lost", "effective_at": at(3)})
    found = document(daily(View(town, LOCAL), DAY))
    assert [(d["unit"], d["expected"], d["found"]) for d in found["differences"]] == [("b", 1, 0)]


def test_the_townships_own_posts_are_in_no_units_report(town: Store) -> None:
    order = {"kind": "inspect", "active": True, "effective_at": at(2), "recorded_at": at(2)}
    own = gpd.GeoDataFrame({"id": ["p9"], "name": ["镇卡口"], "area_id": ["t"]}, geometry=[None], crs=4326)
    town.append(
        LOCAL, {"feature_event": feature_events("checkpoints", own), "checkpoint_event": pd.DataFrame([{"checkpoint_id": "p9", **order}])}
    )
    found = document(daily(View(town, LOCAL), DAY))
    assert found["reconciles"]
    assert found["total"]["posts"] == 2


# Units


def test_one_unit_alone_and_what_an_area_holds(town: Store) -> None:
    isolate(town, {"episode_id": "1", "area_id": "b", "state": "observing", "effective_at": at(3)})
    one = document(daily(View(town, LOCAL), DAY, unit="a"))
    assert ([u["id"] for u in one["units"]], one["total"]["cumulative"], one["missing"]) == (["a"], 0, ["a"])
    assert [u["id"] for u in document(daily(View(town, LOCAL, area="t"), DAY))["units"]] == ["a", "b"]
    with pytest.raises(NotFound, match="no reporting unit 't'"):
        daily(View(town, LOCAL), DAY, unit="t")
    with pytest.raises(NotFound):
        daily(View(town, LOCAL), DAY, unit="nowhere")


def test_a_viewer_of_one_village_sees_its_report_alone(town: Store) -> None:
    isolate(
        town,
        {"episode_id": "1", "area_id": "a", "state": "observing", "effective_at": at(3)},
        {"episode_id": "2", "area_id": "b", "state": "observing", "effective_at": at(3)},
    )
    found = document(daily(View(town, Viewer("b", areas=frozenset({"b"}))), DAY))
    assert ([u["id"] for u in found["units"]], found["total"]["cumulative"], found["reconciles"]) == (["b"], 1, True)
    with pytest.raises(NotFound):
        daily(View(town, Viewer("b", areas=frozenset({"b"}))), DAY, unit="a")


@pytest.mark.parametrize(
    ("day", "cutoff", "told"),
    [
        ("2020-02-30", None, "'2020-02-30' is not a date"),
        ("12 Feb", None, "is not a date"),
        ("2020-02-13", None, "There is no report of 2020-02-13 yet"),
        (DAY, "25:00", "is not a cut-off"),
        (DAY, "6 pm", "is not a cut-off"),
    ],
)
def test_a_bad_date_is_told_in_one_sentence(town: Store, day: str, cutoff: str | None, told: str) -> None:
    with pytest.raises(InputError, match=told):
        daily(View(town, LOCAL), day, cutoff=cutoff)


# Confirming and correcting


def test_a_unit_reports_once_and_zero_must_be_confirmed(town: Store) -> None:
    isolate(town, {"episode_id": "1", "area_id": "a", "state": "observing", "effective_at": at(3)})
    assert daily(View(town, LOCAL), DAY).missing == ["a", "b"]
    with pytest.raises(InputError, match="confirm that it is a zero report"):
        report_desk.submit(town, LOCAL, "b", DAY)
    with pytest.raises(InputError, match="it is no zero report"):
        report_desk.submit(town, LOCAL, "a", DAY, confirm_zero=True)
    report_desk.submit(town, LOCAL, "a", DAY)
    written = report_desk.submit(town, LOCAL, "b", DAY, confirm_zero=True)
    with pytest.raises(InputError, match=r"朝阳村 has reported for 2020-02-12 already, at 02-12 18:00; correct that report instead\."):
        report_desk.submit(town, LOCAL, "a", DAY)
    found = document(daily(View(town, LOCAL), DAY))
    assert found["missing"] == [] == found["late"]
    assert [u["zero"] for u in found["units"]] == [False, True]
    assert found["total"]["submitted_at"] == found["units"][0]["submitted_at"] == NOW.isoformat()
    town.undo(LOCAL, written)
    assert daily(View(town, LOCAL), DAY).missing == ["b"]
    with pytest.raises(NotFound):
        report_desk.submit(town, LOCAL, "t", DAY)


def test_reports_open_before_the_cutoff_and_are_late_after_a_while(town: Store) -> None:
    town.set_settings(LOCAL, {"clock": at(12, 15, 59).isoformat()})
    with pytest.raises(InputError, match="too early to report for 2020-02-12: reports open at 02-12 16:00"):
        report_desk.submit(town, LOCAL, "a", DAY, confirm_zero=True)
    for clock, unit in ((at(12, 16), "a"), (at(12, 19) + MINUTE, "b")):
        town.set_settings(LOCAL, {"clock": clock.isoformat()})
        report_desk.submit(town, LOCAL, unit, DAY, confirm_zero=True)
    assert daily(View(town, LOCAL), DAY).late == ["b"]
    town.set_settings(LOCAL, {"report_grace_minutes": 61})
    assert daily(View(town, LOCAL), DAY).late == []
    assert daily(View(town, LOCAL, known_at=at(12, 18)), DAY).missing == ["b"]


def test_a_correction_stands_beside_what_was_submitted(town: Store) -> None:
    isolate(town, {"episode_id": "1", "area_id": "a", "state": "observing", "effective_at": at(3)})
    with pytest.raises(InputError, match="nothing to correct"):
        report_desk.correct(town, LOCAL, "a", DAY, {"observing": 0, "released": 1}, reason="x")
    report_desk.submit(town, LOCAL, "a", DAY)
    with pytest.raises(InputError, match="Say why"):
        report_desk.correct(town, LOCAL, "a", DAY, {"observing": 0, "released": 1}, reason=" ")
    with pytest.raises(InputError, match="do not add up: 1 in all, but 0"):
        report_desk.correct(town, LOCAL, "a", DAY, {"observing": 0}, reason="x")
    with pytest.raises(InputError, match="nothing changes"):
        report_desk.correct(town, LOCAL, "a", DAY, {"observing": 1}, reason="x")
    with pytest.raises(InputError, match="whole number from 0 on"):
        report_desk.correct(town, LOCAL, "a", DAY, {"observing": -1, "released": 2}, reason="x")
    with pytest.raises(InputError, match="is not a figure"):
        report_desk.correct(town, LOCAL, "a", DAY, {"dead": 1}, reason="x")
    office = Viewer("统计组")
    report_desk.correct(town, office, "a", DAY, {"observing": 0, "released": 1}, reason="期满未登记")
    last = report_desk.correct(town, office, "a", DAY, {"released": 0, "transferred": 1}, reason="转区")
    unit = document(daily(View(town, LOCAL), DAY))["units"][0]
    assert [(c["field"], c["submitted"], c["corrected"], c["by"], c["why"]) for c in unit["corrected"]] == [
        ("observing", 1, 0, "统计组", "期满未登记"),
        ("released", 0, 1, "统计组", "期满未登记"),
        ("released", 0, 0, "统计组", "转区"),
        ("transferred", 0, 1, "统计组", "转区"),
    ]
    assert (unit["observing"], unit["released"]) == (1, 0)  # the figures of the ledger stay what they were
    found = daily(View(town, LOCAL), DAY)
    assert report_desk.standing(found, "a") | {"transferred": 1} == report_desk.standing(found, "a")
    assert report_desk.differing(found, "a") == {"observing": (0, 1), "transferred": (1, 0)}
    town.undo(LOCAL, last)
    assert report_desk.standing(daily(View(town, LOCAL), DAY), "a")["released"] == 1
    assert daily(View(town, LOCAL, known_at=at(12, 17)), DAY).corrections.empty


def test_corrections_go_with_a_submission_that_is_undone(town: Store) -> None:
    isolate(town, {"episode_id": "1", "area_id": "a", "state": "observing", "effective_at": at(3)})
    first = report_desk.submit(town, LOCAL, "a", DAY)
    report_desk.correct(town, LOCAL, "a", DAY, {"observing": 0, "released": 1}, reason="x")
    town.undo(LOCAL, first)
    report_desk.submit(town, LOCAL, "a", DAY)
    assert document(daily(View(town, LOCAL), DAY))["units"][0]["corrected"] == []


# What a number counts


def test_every_number_can_be_opened(town: Store) -> None:
    isolate(
        town,
        {"episode_id": "1", "area_id": "a", "state": "observing", "effective_at": at(12, 9)},
        {"episode_id": "2", "area_id": "b", "state": "observing", "effective_at": at(3)},
        {"episode_id": "2", "area_id": "a", "state": "hospital", "effective_at": at(12, 9), "started_at": at(3), "recorded_at": at(12, 20)},
        {"episode_id": "3", "area_id": "t", "state": "released", "effective_at": at(3)},
        {"episode_id": "4", "area_id": "b", "state": "refuted", "effective_at": at(4), "recorded_at": at(12, 20)},
    )
    person = {"person_id": "p1", "area_id": "a", "name": "王小明", "effective_at": at(1), "recorded_at": at(1)}
    town.append(LOCAL, {"person_event": pd.DataFrame([person])})
    town.set_settings(LOCAL, {"clock": at(12, 21).isoformat()})
    found = daily(View(town, LOCAL), DAY)
    rows, shown = counted_episodes(View(town, LOCAL), found), figures(found)
    for units, unit in ((None, ""), (["a"], "a"), (["b"], "b")):
        assert {name: len(of_figure(rows, name, units=units)) for name in FIGURES} == {name: shown[unit][name] for name in FIGURES}
    assert sorted(of_figure(rows, "later", units=None)["episode_id"]) == ["2", "4"]
    assert sorted(of_figure(rows, "later", units=["a"])["episode_id"]) == ["2"]
    assert rows.loc[rows["episode_id"] == "1", "name"].tolist() == ["王**"]


def test_history_is_that_of_each_days_report(town: Store) -> None:
    isolate(
        town,
        {"episode_id": "1", "area_id": "a", "state": "observing", "effective_at": at(9, 9)},
        {"episode_id": "2", "area_id": "b", "state": "observing", "effective_at": at(10, 9), "recorded_at": at(11, 9)},
        {"episode_id": "1", "area_id": "a", "state": "released", "effective_at": at(12, 9), "started_at": at(9, 9)},
    )
    shown = history(View(town, LOCAL), date(2020, 2, 12), days=5)
    for row in shown.to_dict("records"):
        total = document(daily(View(town, LOCAL), row["date"]))["total"]
        assert {name: row[name] for name in FIGURES} == {name: total[name] for name in FIGURES}
    assert shown["cumulative"].tolist() == [0, 1, 1, 2, 2]
    assert history(View(town, LOCAL, area="b"), date(2020, 2, 12), days=1)["observing"].tolist() == [1]


# The command map


def test_people_of_the_command_map(town: Store) -> None:
    isolate(
        town,
        {"episode_id": "1", "area_id": "a", "state": "observing", "effective_at": at(3)},
        {"episode_id": "2", "area_id": "b", "state": "hospital", "effective_at": at(3)},
    )
    report_desk.submit(town, LOCAL, "a", DAY)
    now = people(View(town, LOCAL))
    assert (now.observing, now.hospital, now.missed, now.unreported.units) == (1, 1, 2, 2)
    assert now.unreported.names == (("b", "柳林村"),)
    assert people(View(town, LOCAL, area="a")).hospital == 0
    # A minute before the cut-off the report asked about is that of the day before.
    assert people(View(town, LOCAL, at=NOW - MINUTE)).unreported.names == (("a", "朝阳村"), ("b", "柳林村"))
    assert latest_period(town, NOW - MINUTE).date == date(2020, 2, 11)


# Any order of events, late arrivals, undoing, moves between units

AREAS = ("a", "b", "a-g", "t")
UNIT_OF = {"a": "a", "b": "b", "a-g": "a"}
HOURS = st.integers(0, 4 * 24)
BASE = at(8, 18)


Row = dict[str, Any]
EPISODES, HOUSEHOLDS = "stuvwxyz", "hijk"
# What the model below counts.
MODELLED = (*FIGURES, "screened", "readings_taken")


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[list[Row], list[Row]]:
    """Draw isolation events, readings and visits, and voids of them and of each other: when they took effect and how many hours later they
    were recorded.
    """
    events: list[Row] = []

    def told(table: str, **own: Any) -> None:
        effective = draw(HOURS)
        moments = {"effective_at": BASE + timedelta(hours=effective)}
        moments["recorded_at"] = BASE + timedelta(hours=effective + draw(st.sampled_from([0, 0, 1, 30])))
        events.append({"table": table, "event_id": f"e{len(events):03}", "area_id": draw(st.sampled_from(AREAS)), **own, **moments})

    for _ in range(draw(st.integers(6, 24))):
        start = BASE + timedelta(hours=draw(HOURS))
        state, episode = draw(st.sampled_from(STATES)), draw(st.sampled_from(EPISODES))
        told("isolation_event", episode_id=episode, person_id="p", state=state, started_at=start)
    for _ in range(draw(st.integers(0, 12))):
        told("reading", episode_id=draw(st.sampled_from(EPISODES)), temperature=36.5)
    for _ in range(draw(st.integers(0, 12))):
        purpose, screened = draw(st.sampled_from(["screening", "screening", "delivery"])), draw(st.integers(0, 5))
        told("visit", household_id=draw(st.sampled_from(HOUSEHOLDS)), purpose=purpose, screened=screened)
    voids: list[Row] = []
    for n in range(draw(st.integers(0, 9))):
        target = draw(st.sampled_from([*events, *voids]))
        moment = BASE + timedelta(hours=draw(st.integers(0, 6 * 24)))
        void = {"table": "void", "event_id": f"v{n:03}", "target_id": target["event_id"]}
        voids.append({**void, "recorded_at": moment, "effective_at": moment})
    return events, voids


def standing(rows: list[Row], voids: list[Row], end: datetime, known: datetime) -> list[Row]:
    """Return the events that count, by the words of docs/architecture.md alone; a void of a void of a void is not drawn as standing."""
    voids = [v for v in voids if v["recorded_at"] <= known]
    undone_voids = {v["target_id"] for v in voids}
    undone = {v["target_id"] for v in voids if v["event_id"] not in undone_voids}
    return [r for r in rows if r["effective_at"] <= end and r["recorded_at"] <= known and r["event_id"] not in undone]


def latest(rows: list[Row]) -> Row:
    return max(rows, key=lambda r: (r["effective_at"], r["recorded_at"], r["event_id"]))


def model(events: list[Row], voids: list[Row], end: datetime, known: datetime) -> dict[str, Counter[str]]:
    """Return the figures of each unit and of the total, counted episode by episode and household by household."""
    found: dict[str, Counter[str]] = {"a": Counter(), "b": Counter(), "": Counter()}

    def add(area: str, **counted: int) -> None:
        for unit in {UNIT_OF.get(area), ""} - {None}:
            found[str(unit)].update(counted)

    start, counting = end - timedelta(days=1), standing(events, voids, end, known)
    for episode in EPISODES:
        of = [r for r in counting if r.get("episode_id") == episode]
        rows = [r for r in of if r["table"] == "isolation_event"]
        if not rows:
            continue
        first_moment = min(r["effective_at"] for r in rows)
        first = max((r for r in rows if r["effective_at"] == first_moment), key=lambda r: (r["recorded_at"], r["event_id"]))
        taken = sum(r["table"] == "reading" and r["effective_at"] > start for r in of)
        last = latest(rows)
        add(last["area_id"], cumulative=1, new=int(start < first["started_at"] <= end), readings_taken=taken, **{last["state"]: 1})
    for household in HOUSEHOLDS:
        rows = [r for r in counting if r.get("household_id") == household and r["purpose"] == "screening" and r["effective_at"] > start]
        if rows:
            add(latest(rows)["area_id"], screened=max(r["screened"] for r in rows))
    return found


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of the township with a grid, to be copied for each example."""
    folder = tmp_path_factory.mktemp("reports")
    grid = gpd.GeoDataFrame({"id": ["a-g"], "name": ["一网格"], "level": ["grid"], "parent_id": ["a"]}, geometry=[None], crs=4326)
    with open_store(folder / "prepared") as store:
        fill(store)
        store.append(LOCAL, {"feature_event": feature_events("areas", grid)})
    return folder


# Few examples of many episodes each: a report costs more than what it counts.
@settings(max_examples=8, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(ledgers(), st.integers(0, 4), st.integers(0, 6 * 24), st.sampled_from([0, 1, 30]))
def test_a_past_cutoff_never_changes_and_the_rest_is_learned_later(
    prepared: Path, drawn: tuple[list[Row], list[Row]], back: int, known_hours: int, changed_hours: int
) -> None:
    events, voids = drawn
    day, cutoff = date(2020, 2, 12) - timedelta(days=back), datetime(2020, 2, 12 - back, 18, tzinfo=ZONE)
    known = BASE + timedelta(hours=known_hours)
    workspace = prepared / new_id()
    shutil.copytree(prepared / "prepared", workspace)
    with open_store(workspace) as store:
        rows = [*events, *voids]
        store.set_settings(LOCAL, {"clock": cutoff.isoformat()})
        write(store, [r for r in rows if r["recorded_at"] <= cutoff])
        frozen = figures(daily(View(store, LOCAL), day))
        store.set_settings(LOCAL, {"clock": (cutoff + timedelta(hours=changed_hours)).isoformat()})
        store.set_settings(LOCAL, {key: SETTINGS[key].changed(store, value) for key, value in CHANGES.items()})
        store.set_settings(LOCAL, {"clock": at(20).isoformat()})
        write(store, [r for r in rows if r["recorded_at"] > cutoff])
        found = daily(View(store, LOCAL), day)

        assert figures(found) == frozen
        then, now = model(events, voids, cutoff, cutoff), model(events, voids, cutoff, datetime.max.replace(tzinfo=ZONE))
        later = learned(found)
        for unit in ("a", "b", ""):
            for name in MODELLED:
                assert frozen[unit][name] == then[unit][name], (unit, name)
                assert frozen[unit][name] + later[unit][name] == now[unit][name], (unit, name)
        partly = figures(daily(View(store, LOCAL, known_at=known), day))
        expected = model(events, voids, cutoff, min(cutoff, known))
        assert {u: {n: partly[u][n] for n in MODELLED} for u in partly} == {u: {n: expected[u][n] for n in MODELLED} for u in partly}
        outside = any(frozen[""][n] != frozen["a"][n] + frozen["b"][n] for n in OF_PEOPLE)
        assert found.reconciles is not outside
        for unit in ("a", "b", ""):
            assert frozen[unit]["cumulative"] == sum(frozen[unit][state] for state in STATES)


CHANGES = {
    "cutoff": "09:00",
    "reading_slots": [["00:00", "08:00"], ["08:00", "16:00"], ["16:00", "24:00"]],
    "report_grace_minutes": 0,
    "report_opens_minutes": 30,
}


def write(store: Store, rows: list[Row]) -> None:
    """Append what was drawn, a table at a time; when each was recorded it says itself."""
    tables = {str(r["table"]): [{k: v for k, v in s.items() if k != "table"} for s in rows if s["table"] == r["table"]] for r in rows}
    store.append(LOCAL, {table: pd.DataFrame(own) for table, own in tables.items()})


def test_what_of_people_needs_attention(town: Store) -> None:
    isolate(town, {"episode_id": "1", "area_id": "a", "state": "observing", "effective_at": at(3)})
    reading = {"episode_id": "1", "area_id": "a", "temperature": 37.3, "effective_at": at(12, 9), "recorded_at": at(12, 9)}
    home = {"household_id": "h", "area_id": "b", "head_count": 2, "effective_at": at(2), "recorded_at": at(2)}
    person = {"person_id": "p1", "area_id": "a", "name": "王小明", "effective_at": at(1), "recorded_at": at(1)}
    rows = {"reading": reading, "household_event": home, "person_event": person}
    town.append(LOCAL, {table: pd.DataFrame([row]) for table, row in rows.items()})
    report_desk.submit(town, LOCAL, "a", DAY)
    found = attention(View(town, LOCAL, at=NOW))
    of_people = found[found["sort"].isin(["alarm", "unreported", "missed", "unreached"])]
    assert of_people[["sort", "id", "name"]].to_numpy().tolist() == [
        ["alarm", "1", "王**"],
        ["unreported", "b", "柳林村"],
        ["missed", "a", "朝阳村"],
        ["unreached", "b", "柳林村"],
    ]
    assert of_people["n"].fillna(0).tolist() == [0, 0, 1, 1]
    assert found["sort"].iloc[0] == "alarm"
    assert attention(View(town, LOCAL, at=NOW, area="b"))["sort"].isin(["alarm", "missed"]).sum() == 0
