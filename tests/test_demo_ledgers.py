"""The ledgers of the demo township: the figures that the issue names, by the real functions, and what must hold for any seed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from data.demo.load import SEED, generate
from data.demo.model import CLOCK, Demo, day
from data.demo.town import COMMUNITY, TOWN
from data.demo.town_reports import reports
from ledgers.lists import entries
from ledgers.people import id_numbers, isolation, persons, screening, screening_rounds
from ledgers.people.due import document as due_document
from ledgers.people.due import due
from ledgers.people.isolation_rules import Standing, check_change
from ledgers.reports.daily_report import Daily, daily, document
from ledgers.reports.report_desk import differing
from ledgers.reports.report_figures import FIELDS, STATES
from ledgers.risk import levels as risk
from ledgers.upkeep import supplies
from ledgers.upkeep.environment import TIP_STEPS
from queries.store import LOCAL, Store, open_store
from queries.view import View
from tests.demo_town import copied

LAST = date(2020, 2, 12)
DAYS = [date(2020, 1, 26) + timedelta(days=n) for n in range(18)]


@pytest.fixture(scope="module")
def drawn() -> dict[int, Demo]:
    return {seed: generate("town", seed) for seed in (SEED, 7)}


@pytest.fixture(scope="module", params=[SEED, 7])
def demo(request: pytest.FixtureRequest, drawn: dict[int, Demo]) -> Demo:
    return drawn[request.param]


@pytest.fixture(scope="module")
def store(demo_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(copied(demo_town, tmp_path_factory.mktemp("town"))) as opened:
        yield opened


@pytest.fixture(scope="module")
def told(store: Store) -> dict[date, Daily]:
    return {today: daily(View(store, LOCAL), today) for today in DAYS}


def stays_of(demo: Demo) -> pd.DataFrame:
    """Return the isolation events that stand, in the order in which they took effect."""
    events = demo.events["isolation_event"]
    undone = demo.events["void"]["target_id"]
    return events[~events["event_id"].isin(undone)].sort_values(["effective_at", "recorded_at"], kind="stable")


# The figures of the issue


def test_the_daily_report_of_the_last_day_says_what_the_issue_says(told: dict[date, Daily]) -> None:
    found = document(told[LAST])
    total = found["total"]
    assert [total[name] for name in ("cumulative", "released", "observing", "hospital", "transferred", "refuted")] == [19, 8, 10, 1, 0, 0]
    assert found["reconciles"] is True and found["differences"] == []
    assert (total["new"], total["readings_missed"]) == (1, 2)
    assert found["missing"] == ["qh-v08"], "朝阳村 has not reported"
    assert not any(total["learned_later"].values()), "nothing was recorded after the clock"
    assert len(found["units"]) == 15


def test_what_is_due_at_the_clock(store: Store) -> None:
    found = due_document(due(View(store, LOCAL)))
    assert (found["readings_due"], found["readings_missed"], found["releases_due"]) == (4, 2, 1)
    (alarm,) = found["alarms"]
    assert (alarm["temperature"], alarm["symptoms"]) == (37.6, ["fever", "cough"])
    soon = due_document(due(View(store, LOCAL, at=CLOCK + timedelta(days=1))))
    assert soon["releases_due"] == 2


def test_households_people_and_followed_persons(store: Store) -> None:
    town, community = screening_rounds.progress(View(store, LOCAL)), screening_rounds.progress(View(store, LOCAL, area=COMMUNITY))
    assert (town.screened, town.key_persons) == (35_360, 34)
    assert (community.households, community.visited) == (956, 956)
    described = store.layer("areas", LOCAL).set_index("id").loc[TOWN]
    assert int(described["population"]) == town.screened, "the ledger, the screening and the description speak of the same people"
    assert int(described["households"]) == town.households == 10_568
    followed = persons.persons(View(store, LOCAL))
    assert len(followed) == 34
    assert set(followed["category"]) == set(persons.categories_at(store, LAST)) == {"confirmed", "suspected", "fever", "contact"}
    assert set(persons.categories_at(store, date(2020, 2, 4))) == {"returnee", "contact", "fever"}
    unreached = screening_rounds.unreached(View(store, LOCAL))
    assert len(unreached) == 11 and unreached["building_id"].notna().sum() == 7


def test_43_buildings_were_done_in_48_hours(store: Store) -> None:
    round_ = next(r for r in screening_rounds.rounds(View(store, LOCAL)) if r.area_id == COMMUNITY)
    at_end = screening_rounds.progress(View(store, LOCAL, at=round_.due_at), round=round_)
    assert round_.hours == 48 and at_end.visited == at_end.households == 956
    assert len(screening_rounds.by_building(at_end.places)) == 43
    halfway = screening_rounds.progress(View(store, LOCAL, at=day("02-04 06:00")), round=round_)
    assert 0.4 * 956 < halfway.visited < 0.6 * 956
    assert store.layer("buildings", LOCAL)["households"].sum() == 956


def test_supplies_outreach_and_lists(store: Store, drawn: dict[int, Demo]) -> None:
    stock = supplies.stock(View(store, LOCAL)).set_index(["area_id", "item"])
    assert stock.loc[(TOWN, "口罩"), "days_left"] == 2
    assert stock.index[stock["scarce"]].tolist() == [(COMMUNITY, "口罩"), ("qh-v08", "消毒液"), (TOWN, "口罩")]
    moved = drawn[SEED].events["supply_event"]
    assert moved[(moved["area_id"] == COMMUNITY) & (moved["item"] == "口罩") & (moved["action"] == "use")]["quantity"].sum() == 956
    given = drawn[SEED].events["outreach"].groupby("kind")["quantity"].sum()
    assert (given["leaflet"], given["banner"]) == (12_000, 312)
    found = entries.persons(View(store, LOCAL))
    totals = entries.totals(found.entries).set_index("list_name")
    named = totals.drop(index=entries.LEDGER)
    assert named["entries"].sum() == 60 and len(named) == 3
    merged = found.entries["cluster_id"].nunique()
    assert merged < named["entries"].sum() + 34 and 0 < len(found.open_pairs) < 20


def test_risk_is_medium_where_a_case_was_and_where_it_was_ordered(store: Store) -> None:
    levels = risk.levels(View(store, LOCAL)).set_index("id")
    medium = levels.index[levels["level"] == "medium"]
    assert {"qh", COMMUNITY, "qh-v07", "qh-v08"} == set(medium) and not (levels["level"] == "high").any()
    assert levels.loc["qh-v08", "computed"] == "low" and levels.loc["qh-v08", "ordered"]


# The reports


def test_the_figures_of_every_cut_off_are_those_of_a_plain_count(told: dict[date, Daily], drawn: dict[int, Demo]) -> None:
    events, void = drawn[SEED].events["isolation_event"], drawn[SEED].events["void"]
    for today, found in told.items():
        cut = pd.Timestamp(day(f"{today:%m-%d} 18:00"))
        for known, later in ((cut, False), (pd.Timestamp(CLOCK), True)):
            undone = void.loc[void["recorded_at"] <= known, "target_id"]
            then = events[(events["effective_at"] <= cut) & (events["recorded_at"] <= known) & ~events["event_id"].isin(undone)]
            last = then.sort_values(["effective_at", "recorded_at", "event_id"]).drop_duplicates("episode_id", keep="last")
            counted = last["state"].value_counts().reindex(list(STATES), fill_value=0)
            said = pd.Series(found.total) + (pd.Series(found.total_later) if later else 0)
            assert said[list(STATES)].tolist() == counted.tolist(), (today, later)
            assert said["cumulative"] == len(last) and found.reconciles
    grown = {f"{today:%m-%d}": found.total_later["cumulative"] for today, found in told.items() if found.total_later["cumulative"]}
    assert grown == {"02-08": 1}
    assert told[date(2020, 2, 9)].total_later["released"] == 1


def test_the_reports_chain_and_who_was_entered_late_is_added_once(told: dict[date, Daily]) -> None:
    for before, after in pairwise(DAYS):
        chain = told[after].chain
        assert chain.total["cumulative_before"] == told[before].total["cumulative"]
        assert chain.units["cumulative_before"].to_dict() == told[before].units["cumulative"].to_dict()
        grown = chain.units["cumulative_before"] + told[after].units["new"] + chain.units["added_late"] - chain.units["taken_back"]
        assert grown.to_dict() == told[after].units["cumulative"].to_dict()
    flows = {f"{today:%m-%d}": (found.chain.total["added_late"], found.chain.total["taken_back"]) for today, found in told.items()}
    assert {today: flow for today, flow in flows.items() if any(flow)} == {"02-09": (1, 0)}
    first = told[DAYS[0]].chain.total["cumulative_before"]
    assert first + sum(found.total["new"] for found in told.values()) + 1 == told[LAST].total["cumulative"] == 19


def test_every_unit_reported_every_day_and_what_it_saw_was_so(told: dict[date, Daily]) -> None:
    assert {f"{today:%m-%d}": found.missing for today, found in told.items() if found.missing} == {"02-12": ["qh-v08"]}
    assert [f"{today:%m-%d}" for today, found in told.items() if found.late] == ["01-28", "02-02", "02-06", "02-10"]
    for today, found in told.items():
        reported = [unit for unit in found.units.index if unit not in found.missing]
        expected = {"qh-v11": {"cumulative": (1, 0), "new": (1, 0), "observing": (1, 0)}} if f"{today:%m-%d}" == "02-08" else {}
        assert {unit: gap for unit in reported if (gap := differing(found, unit))} == expected, today
    corrected = told[date(2020, 2, 8)].corrections
    assert set(corrected["field"]) == {"cumulative", "new", "observing"} and (corrected["corrected"] == corrected["submitted"] + 1).all()


def test_reports_are_drawn_from_the_seed(store: Store) -> None:
    again = reports(store, LOCAL, np.random.default_rng([SEED, 4]))["report_submission"]
    kept = store.run("select_submissions", LOCAL, report_date=date(2020, 2, 11)).set_index("unit_id")
    mine = again[again["report_date"] == date(2020, 2, 11)].set_index("area_id")
    assert mine["event_id"].to_dict() == kept["event_id"].to_dict() and mine["figures"].to_dict() == kept["figures"].to_dict()
    assert set(FIELDS) == set(json.loads(mine["figures"].iloc[0]))


# What holds for any seed


def test_heads_are_the_people_of_each_house_and_grid(demo: Demo) -> None:
    households = demo.events["household_event"]
    areas = demo.layers["areas"].set_index("id")
    heads = households.groupby("area_id")["head_count"].sum()
    assert heads.to_dict() == areas.loc[areas["level"] == "grid", "population"].to_dict()
    by_house = households.dropna(subset="building_id").groupby("building_id")
    houses = demo.layers["buildings"].set_index("id")
    assert by_house.size().to_dict() == houses["households"].to_dict()
    assert by_house["head_count"].sum().to_dict() == houses["population"].to_dict()
    assert not households.duplicated(["building_id", "door", "area_id"]).any() and households["household_id"].is_unique
    assert households.loc[households["building_id"].notna(), "door"].str.fullmatch(r"[12]单元[1-7]0[12]").all()
    assert (households.loc[households["status"] == "vacant", "head_count"] == 0).all()


def test_everybody_who_is_counted_was_screened_once(demo: Demo) -> None:
    visits, heads = demo.events["visit"], demo.events["household_event"].set_index("household_id")["head_count"]
    screened = visits.groupby("household_id")["screened"].agg(["sum", lambda s: (s > 0).sum()])
    assert screened["sum"].sum() == heads.sum() == 35_360
    assert (screened.iloc[:, 1] <= 1).all()
    assert (screened["sum"] == heads.reindex(screened.index).fillna(0)).all()
    assert visits["key_persons"].sum() == 34 and visits["team"].nunique() == 11
    nobody = visits["outcome"].isin(["not_in", "letter_left", "refused", "vacant"])
    assert (visits.loc[nobody, "screened"] == 0).all() and set(visits["outcome"]) == set(screening.OUTCOMES)


def test_persons_are_plainly_synthetic(demo: Demo) -> None:
    people = demo.events["person_event"]
    for person in people.drop_duplicates("id_number").itertuples():
        assert id_numbers.check(person.id_number) == (person.birth_date, person.sex)
    assert people["id_number"].str.startswith("999999").all() and people["person_id"].nunique() == people["id_number"].nunique() == 34
    for table in ("person_event", "household_event", "unit_event", "list_entry", "tip"):
        assert demo.events[table]["phone"].dropna().str.fullmatch(r"1990000\d{4}").all(), table
    numbers = demo.events["list_entry"]["id_number"].dropna()
    assert numbers.str.fullmatch(r"999999\d{11}[\dX]").all()
    assert (people["birth_date"] < date(2020, 1, 1)).all()
    assert set(people["household_id"]) <= set(demo.events["household_event"]["household_id"])


def test_stays_follow_the_state_machine(demo: Demo) -> None:
    stays = stays_of(demo)
    assert stays["episode_id"].nunique() == stays["person_id"].nunique() == 19
    for _, events in stays.groupby("episode_id"):
        rows = events.to_dict("records")
        assert rows[0]["state"] == "observing" and rows[0]["effective_at"] == rows[0]["started_at"]
        assert len({row["person_id"] for row in rows}) == 1
        for before, after in pairwise(rows):
            assert after["recorded_at"] >= after["effective_at"] > before["effective_at"]
            if after["state"] != before["state"]:
                check_change(_standing(before), after["state"], at=after["effective_at"].to_pydatetime(), reason=after["reason"])
        assert all(row["reason"] for row in rows)
    last = stays.drop_duplicates("episode_id", keep="last")
    assert last["state"].value_counts().to_dict() == {"observing": 10, "released": 8, "hospital": 1}
    moved = stays.groupby("episode_id").agg({"area_id": "nunique", "started_at": "nunique", "days": "nunique"})
    assert (moved > 1).sum().to_dict() == {"area_id": 1, "started_at": 2, "days": 1}
    released = last[last["state"] == "released"]
    assert (released["effective_at"] >= released["started_at"] + pd.to_timedelta(released["days"], unit="D")).all()


def _standing(row: dict[str, Any]) -> Standing:
    return Standing(row["state"], row["effective_at"], row["started_at"], row["days"])


def test_readings_lie_within_their_stays(demo: Demo) -> None:
    stays, readings = stays_of(demo), demo.events["reading"]
    first = stays.groupby("episode_id")["effective_at"].min()
    left = stays[stays["state"] != "observing"].groupby("episode_id")["effective_at"].min().reindex(first.index).fillna(pd.Timestamp(CLOCK))
    taken = readings.assign(first=readings["episode_id"].map(first), left=readings["episode_id"].map(left))
    assert (taken["effective_at"] >= taken["first"]).all() and (taken["effective_at"] <= taken["left"]).all()
    assert (readings["recorded_at"] >= readings["effective_at"]).all()
    assert readings["temperature"].between(35.5, 38.5).all() and set(readings["channel"]) == {"visit", "phone", "video"}
    half = readings["effective_at"].dt.floor("12h")
    assert not pd.DataFrame({"episode": readings["episode_id"], "half": half}).duplicated().any(), "one in each half of a day"
    assert (readings["participants"].str.split(";").str.len() == 3).sum() > 5
    # A lone reading of fever before the alarm that stands was followed by calmer ones.
    fever = readings[readings["temperature"] >= 37.3]
    assert len(fever) == 5 and fever["effective_at"].max() == day("02-12 16:35")


def test_nothing_was_recorded_after_the_clock_nor_before_it_was_so(demo: Demo) -> None:
    for name, rows in demo.events.items():
        assert (rows["recorded_at"] <= CLOCK).all(), name
        if name != "duty_shift" and name != "sign_in":
            assert (rows["recorded_at"] >= rows["effective_at"]).all(), name
    late = demo.events["isolation_event"]
    next_cutoff = late["effective_at"].dt.normalize() + pd.Timedelta(hours=18)
    next_cutoff = next_cutoff.where(late["effective_at"] <= next_cutoff, next_cutoff + pd.Timedelta(days=1))
    assert (late["recorded_at"] > next_cutoff).sum() >= 2, "some were learned only after a cut-off"


def test_tips_go_their_way_and_checks_belong_to_units(demo: Demo) -> None:
    for _, steps in demo.events["tip"].sort_values("effective_at").groupby("tip_id"):
        status = steps["status"].tolist()
        assert status[0] == "received" and all(b in TIP_STEPS[a] for a, b in pairwise(status))
    checks, units = demo.events["business_check"], demo.events["unit_event"]
    assert set(checks["unit_id"]) <= set(units["unit_id"]) and units["unit_id"].nunique() == 40
    assert checks.loc[~checks["passed"], ["finding", "recheck_on"]].notna().all(axis=None)
    assert (units["staff_affected"] <= units["staff"]).all()
    known = {name: set(frame["id"]) for name, frame in demo.layers.items()} | {"units": set(units["unit_id"])}
    places = demo.events["disinfection"]
    assert all(place in known[layer] for layer, place in places[["place_layer", "place_id"]].drop_duplicates().to_numpy())


def test_every_area_of_the_ledgers_is_one_of_the_township(demo: Demo) -> None:
    areas = set(demo.layers["areas"]["id"])
    for name, rows in demo.events.items():
        if "area_id" in rows:
            assert set(rows["area_id"]) <= areas, name


def test_what_is_entered_in_the_demo_is_learned_later(demo_town: Path, tmp_path: Path) -> None:
    with open_store(copied(demo_town, tmp_path / "town")) as store:
        before = document(daily(View(store, LOCAL), CLOCK.date()))
        followed = set(store.run("select_persons", LOCAL)["person_id"])
        free = min(followed - set(isolation.episodes(View(store, LOCAL))["person_id"]))
        isolation.start(store, LOCAL, free, started_at=CLOCK - timedelta(hours=3), area_id=COMMUNITY, reason="接触史", ordered_by="社区")
        after = document(daily(View(store, LOCAL), CLOCK.date()))
    assert {k: v for k, v in after["total"].items() if k != "learned_later"} == {
        k: v for k, v in before["total"].items() if k != "learned_later"
    }
    assert (before["total"]["learned_later"]["cumulative"], after["total"]["learned_later"]["cumulative"]) == (0, 1)
