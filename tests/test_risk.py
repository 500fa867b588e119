"""Risk areas: worked cases on both sides of every threshold, a model that counts day by day, replay, orders, rules as data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from township import at as moment
from township import township

from errors import InputError, NotFound
from ledgers import undoing
from ledgers.people import isolation
from ledgers.risk import cases
from ledgers.risk import levels as risk
from ledgers.risk import orders as risk_orders
from ledgers.risk.levels import level_of
from ledgers.risk.rules import DEFAULT, RiskRule, parse, rule_on
from queries.events import LOCAL, Viewer
from queries.store import Store
from queries.view import View
from words import translator

RULE = RiskRule(date(2020, 2, 17), 14, 50, "guidance")
FEB = {n: date(2020, 2, 1) + timedelta(days=n - 1) for n in range(-100, 120)}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with township(tmp_path / "workspace") as opened:
        yield opened


# cases as {day of February: number}, clusters as days, the day asked -> the level and the day it changes
WORKED = [
    ("no case", {}, [], 12, "low", None),
    ("one case, its day", {10: 1}, [], 10, "medium", 24),
    ("one case, the 14th day", {10: 1}, [], 23, "medium", 24),
    ("one case, the day after 14", {10: 1}, [], 24, "low", None),
    ("one case, long ago", {-90: 1}, [], 10, "low", None),
    ("the latest case counts", {1: 1, 12: 1}, [], 15, "medium", 26),
    ("50 cases", {10: 50}, [], 12, "medium", 24),
    ("50 cases and a cluster", {10: 50}, [10], 12, "medium", 24),
    ("51 cases, no cluster", {10: 51}, [], 12, "medium", 24),
    ("51 cases and a cluster", {10: 51}, [10], 12, "high", 24),
    ("51 cases, cluster on its 14th day, a case since", {-4: 50, 10: 1}, [-4], 9, "medium", 10),
    ("the 51st case makes it high while the cluster is 14 days old", {-3: 50, 10: 1}, [-3], 10, "high", 11),
    ("the 51st case comes a day after the cluster is old", {-4: 50, 10: 1}, [-4], 10, "medium", 24),
    ("more than 50 over all time, few of them new", {-90: 50, 10: 1}, [10], 12, "high", 24),
    ("high becomes medium first, then low", {5: 50, 12: 1}, [5], 12, "high", 19),
    ("... on the day the cluster is old", {5: 50, 12: 1}, [5], 19, "medium", 26),
    ("... and low when the last case is", {5: 50, 12: 1}, [5], 26, "low", None),
    ("51 cases and a cluster, all old", {-10: 51}, [-10], 12, "low", None),
    ("the day before the cases", {10: 51}, [10], 9, "low", None),
    ("cases of tomorrow are not known today", {8: 1, 13: 60}, [13], 12, "medium", 22),
    ("a cluster of tomorrow is not known today", {8: 60, 13: 1}, [13], 12, "medium", 22),
]


@pytest.mark.parametrize(("number", "clusters", "day", "level", "changes"), [w[1:] for w in WORKED], ids=[w[0] for w in WORKED])
def test_the_rule_on_both_sides_of_every_threshold(
    number: dict[int, int], clusters: list[int], day: int, level: str, changes: int | None
) -> None:
    days = [FEB[n] for n, how_many in number.items() for _ in range(how_many)]
    found = level_of(days, [FEB[n] for n in clusters], FEB[day], RULE)
    assert (found.level, found.changes_on) == (level, FEB[changes] if changes else None)


@pytest.mark.parametrize(("number", "clusters", "day", "level", "changes"), [w[1:] for w in WORKED], ids=[w[0] for w in WORKED])
def test_the_ledger_says_the_same_as_the_rule(
    store: Store, number: dict[int, int], clusters: list[int], day: int, level: str, changes: int | None
) -> None:
    store.set_settings(LOCAL, {"clock": "2020-04-30T18:00"})
    rows = [(FEB[n], n in clusters and k == 0) for n, how_many in number.items() for k in range(how_many)]
    if rows:
        frame = pd.DataFrame(rows, columns=["day", "cluster"]).assign(area_id="a")
        frame["confirmed_at"] = pd.to_datetime(frame.pop("day")).dt.tz_localize(store.time_zone) + pd.Timedelta(hours=9)
        cases.enter_many(store, LOCAL, frame)
    found = risk.levels(View(store, LOCAL, at=f"{FEB[day]}T18:00")).set_index("id")
    assert (found.loc["a", "level"], found.loc["t", "level"], found.loc["b", "level"]) == (level, level, "low")
    until = found.loc["a", "until"]
    assert (None if pd.isna(until) else until.isoformat()) == (f"{FEB[changes]}T00:00:00+08:00" if changes else None)


def by_counting(days: list[date], clusters: list[date], day: date, rule: RiskRule) -> str:
    """Apply the rule by going through the days one by one."""
    last = [day - timedelta(days=n) for n in range(rule.window_days)]
    new, cluster = any(d in last for d in days), any(d in last for d in clusters)
    if not new:
        return "low"
    return "high" if sum(d <= day for d in days) > rule.threshold and cluster else "medium"


some_days = st.lists(st.tuples(st.integers(-40, 40), st.booleans()), max_size=12)


@given(some_days, st.integers(-45, 70), st.integers(1, 20), st.integers(0, 6))
def test_the_rule_equals_a_model_that_counts_day_by_day(drawn: list[tuple[int, bool]], asked: int, window: int, threshold: int) -> None:
    rule = RiskRule(date(2020, 2, 17), window, threshold, "guidance")
    days, clusters = [FEB[n] for n, _ in drawn], [FEB[n] for n, cluster in drawn if cluster]
    found = level_of(days, clusters, FEB[asked], rule)
    known, clustered = [d for d in days if d <= FEB[asked]], [d for d in clusters if d <= FEB[asked]]
    assert found.level == by_counting(known, clustered, FEB[asked], rule)
    later = [FEB[asked] + timedelta(days=n) for n in range(1, 30)]
    changes = [d for d in later if by_counting(known, clustered, d, rule) != found.level]
    assert found.changes_on == (changes[0] if changes else None)
    assert found.why.text(str)  # every sentence has what stands in it


@given(
    some_days,
    st.integers(-45, 45),
    st.lists(st.tuples(st.integers(-40, 40), st.integers(1, 20), st.integers(0, 6)), min_size=1, max_size=3),
)
def test_dated_rules_replay_as_counted(drawn: list[tuple[int, bool]], asked: int, dated: list[tuple[int, int, int]]) -> None:
    rules = [RiskRule(FEB[n], window, threshold, "") for n, window, threshold in {n: (n, w, t) for n, w, t in sorted(dated)}.values()]
    days, clusters = [FEB[n] for n, _ in drawn if n <= asked], [FEB[n] for n, cluster in drawn if cluster and n <= asked]
    course = risk._course(risk._days(days), risk._days(clusters), rules)
    assert all(before[1] != after[1] for before, after in pairwise(course))
    for n in range(-45, 80):
        stands = [level for start, level in course if start.astype(object) <= FEB[n]][-1]
        assert stands == by_counting(days, clusters, FEB[n], rule_on(rules, FEB[n])[0])


# Replay, knowledge, areas


def levels(store: Store, **asked: object) -> dict[str, str]:
    found = risk.levels(View(store, LOCAL, **asked))
    return dict(zip(found["id"], found["level"], strict=True))


def test_since_is_when_the_present_level_began(store: Store) -> None:
    assert risk.levels(View(store, LOCAL))["since"].isna().all()  # it has always been low
    cases.enter(store, LOCAL, "a", confirmed_at=moment(3, 9), number=50)
    cases.enter(store, LOCAL, "a", confirmed_at=moment(5, 23, 59), cluster=True)
    found = risk.levels(View(store, LOCAL)).set_index("id")
    assert found.loc["a", ["level", "since", "until"]].tolist() == ["high", pd.Timestamp(moment(5)), pd.Timestamp(moment(19))]
    assert found.loc["a", ["cases", "new_in_window", "clusters"]].tolist() == [51, 51, 1]
    assert pd.isna(found.loc["b", "since"])
    assert levels(store, at="2020-02-04T12:00") == {"t": "medium", "a": "medium", "b": "low"}


def test_days_are_those_of_the_workspace(store: Store) -> None:
    cases.enter(store, LOCAL, "a", confirmed_at="2020-01-29T16:30+00:00")  # half past midnight of 30 January here
    assert risk.levels(View(store, LOCAL)).set_index("id").loc["a", "until"] == pd.Timestamp(moment(13))
    store.set_settings(LOCAL, {"time_zone": "UTC"})
    assert levels(store, at="2020-02-12T12:00")["a"] == "low"


def test_what_was_known_then_stays_known_then(store: Store) -> None:
    cases.enter(store, LOCAL, "a", confirmed_at=moment(5, 9))
    before = moment(12, 19)
    store.set_settings(LOCAL, {"clock": "2020-02-13T18:00"})
    cases.enter(store, LOCAL, "b", confirmed_at=moment(5, 9))
    assert levels(store, at="2020-02-12T18:00") == {"t": "medium", "a": "medium", "b": "medium"}
    assert levels(store, at="2020-02-12T18:00", known_at=before) == {"t": "medium", "a": "medium", "b": "low"}


def test_a_withdrawn_case_counts_no_more_and_an_undone_one_never_did(store: Store) -> None:
    cases.enter(store, LOCAL, "a", confirmed_at=moment(5, 9))
    wrong = cases.enter(store, LOCAL, "b", confirmed_at=moment(5, 9))
    case = cases.cases(View(store, LOCAL, area="a"))["case_id"].tolist()
    taken_back = cases.withdraw(store, LOCAL, case, reason="二次检测阴性", effective_at=moment(8, 12))
    assert levels(store)["a"] == "low"
    assert levels(store, at="2020-02-07T18:00")["a"] == "medium"
    store.undo(LOCAL, wrong)
    assert levels(store, at="2020-02-07T18:00")["b"] == "low"
    store.undo(LOCAL, taken_back)
    assert levels(store)["a"] == "medium"
    with pytest.raises(NotFound, match="no confirmed case"):
        cases.withdraw(store, LOCAL, ["nobody"], reason="x")


def test_a_viewer_sees_the_levels_of_their_own_areas(store: Store) -> None:
    cases.enter(store, LOCAL, "a", confirmed_at=moment(5, 9))
    found = risk.levels(View(store, Viewer("b", areas=frozenset({"b"}))))
    assert found["id"].tolist() == ["b"]
    assert risk.levels(View(store, LOCAL, area="a"))["id"].tolist() == ["a"]
    with pytest.raises(NotFound, match="There is no area"):
        cases.enter(store, Viewer("b", areas=frozenset({"b"})), "a")


# Orders


def test_an_order_holds_from_its_moment_until_it_ends(store: Store) -> None:
    cases.enter(store, LOCAL, "a", confirmed_at=moment(1, 9))
    risk_orders.order_level(
        store, LOCAL, "a", "high", ordered_by="县指挥部", reason="第3号通告", effective_at=moment(5, 12), until=moment(10, 12)
    )
    seen = {hour: levels(store, at=hour)["a"] for hour in (moment(5, 11, 59), moment(5, 12), moment(10, 11, 59), moment(10, 12))}
    assert list(seen.values()) == ["medium", "high", "high", "medium"]
    during = risk.levels(View(store, LOCAL, at=moment(7))).set_index("id")
    assert during.loc["a", ["level", "computed", "ordered", "ordered_by"]].tolist() == ["high", "medium", True, "县指挥部"]
    assert during.loc["a", ["since", "until"]].tolist() == [pd.Timestamp(moment(5, 12)), pd.Timestamp(moment(10, 12))]
    assert during.loc["a", "why"].text(str) == "Ordered by 县指挥部, until 2020-02-10 12:00: 第3号通告"
    assert during.loc["t", "level"] == "medium"  # an order is for its own area
    after = risk.levels(View(store, LOCAL, at=moment(11))).set_index("id")
    assert after.loc["a", "since"] == pd.Timestamp(moment(10, 12))
    assert after.loc["a", "until"] == pd.Timestamp(moment(15))


def test_an_order_without_end_holds_until_another_and_can_be_lifted(store: Store) -> None:
    order = {"ordered_by": "县指挥部", "reason": "研判"}
    risk_orders.order_level(store, LOCAL, ["a", "b"], "high", effective_at=moment(5), **order)
    risk_orders.order_level(store, LOCAL, "a", "medium", effective_at=moment(7), until=moment(9), **order)
    # The earlier order does not come back when the later one has ended.
    assert [levels(store, at=moment(day))["a"] for day in (5, 7, 9)] == ["high", "medium", "low"]
    assert pd.isna(risk.levels(View(store, LOCAL, at=moment(8))).set_index("id").loc["b", "until"])
    lifted = risk_orders.lift(store, LOCAL, "b", **order)
    assert levels(store)["b"] == "low"
    assert risk_orders.in_force(View(store, LOCAL)).empty
    with pytest.raises(InputError, match="nothing to lift"):
        risk_orders.lift(store, LOCAL, "b", **order)
    store.undo(LOCAL, lifted)
    assert levels(store)["b"] == "high"


def test_an_order_that_says_what_the_rule_says_changes_nothing_but_why(store: Store) -> None:
    cases.enter(store, LOCAL, "a", confirmed_at=moment(6, 9))
    risk_orders.order_level(store, LOCAL, "a", "medium", ordered_by="县指挥部", reason="研判", until=moment(14))
    row = risk.levels(View(store, LOCAL)).set_index("id").loc["a"]
    assert row[["since", "until", "ordered"]].tolist() == [pd.Timestamp(moment(6)), pd.Timestamp(moment(20)), True]


# Bad input


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"confirmed_at": "2020-02-12T18:01"}, "cannot be confirmed in the future: 2020-02-12 18:01"),
        ({"confirmed_at": "2020-02-30"}, "is not a time"),
        ({"number": 0}, "above zero, not 0"),
        ({"area_id": "z"}, "no area 'z'"),
        ({"person_id": "p9"}, "no person 'p9'"),
        ({"person_id": "p9", "number": 2}, "One person is one case"),
    ],
)
def test_a_case_that_cannot_be_is_refused(store: Store, wrong: dict[str, object], told: str) -> None:
    with pytest.raises((InputError, NotFound), match=told):
        cases.enter(store, LOCAL, **{"area_id": "a", **wrong})
    assert cases.cases(View(store, LOCAL)).empty


def test_a_person_is_a_case_once(store: Store) -> None:
    store.append(LOCAL, {"person_event": pd.DataFrame([{"person_id": "p1", "area_id": "a", "effective_at": moment(1)}])})
    cases.enter(store, LOCAL, "a", person_id="p1", confirmed_at=moment(5))
    with pytest.raises(InputError, match="confirmed case already"):
        cases.enter(store, LOCAL, "a", person_id="p1")
    cases.withdraw(store, LOCAL, cases.cases(View(store, LOCAL))["case_id"].tolist(), reason="误诊", effective_at=moment(6))
    cases.enter(store, LOCAL, "a", person_id="p1")


def test_no_undo_makes_a_person_two_cases(store: Store) -> None:
    store.append(LOCAL, {"person_event": pd.DataFrame([{"person_id": "p1", "area_id": "a", "effective_at": moment(1)}])})
    first = cases.enter(store, LOCAL, "a", person_id="p1", confirmed_at=moment(5))
    withdrawn = cases.withdraw(store, LOCAL, cases.cases(View(store, LOCAL))["case_id"].tolist(), reason="误诊", effective_at=moment(6))
    with pytest.raises(InputError, match="confirmed case until 2020-02-06 00:00"):
        cases.enter(store, LOCAL, "a", person_id="p1", confirmed_at=moment(5, 12))
    second = cases.enter(store, LOCAL, "a", person_id="p1", confirmed_at=moment(7))
    with pytest.raises(InputError, match="confirmed case already"):
        undoing.undo(store, LOCAL, withdrawn)
    void = undoing.undo(store, LOCAL, second)
    undoing.undo(store, LOCAL, withdrawn)
    with pytest.raises(InputError, match="confirmed case already"):
        undoing.undo(store, LOCAL, void)
    assert cases.cases(View(store, LOCAL))["event_id"].tolist() == first


def test_who_lives_with_a_new_case_begins_isolation_again_in_the_same_commit(store: Store) -> None:
    home = [("p", "h"), ("q", "h"), ("r", "h"), ("s", None)]
    people = pd.DataFrame(home, columns=["person_id", "household_id"]).assign(area_id="a", effective_at=moment(1))
    store.append(LOCAL, {"person_event": people})
    days = {"p": 4, "q": 5, "r": 9, "s": 4}
    for person, day in days.items():
        isolation.start(store, LOCAL, person, started_at=moment(day), reason="密切接触", ordered_by="社区")
    before = store.revision
    entered = cases.enter(store, LOCAL, "a", person_id="p", confirmed_at=moment(8), household_reason="同户成员确诊")
    assert store.revision == before + 1

    def starts() -> dict[str, int]:
        found = isolation.episodes(View(store, LOCAL))
        return {person: start.day for person, start in zip(found["person_id"], found["started_at"], strict=True)}

    assert starts() == {**days, "q": 8}, "who is the case, or began later, or lives elsewhere, keeps the dates"
    assert isolation.episodes(View(store, LOCAL), person="q")["since"].tolist() == [store.now()]
    undoing.undo(store, LOCAL, entered)
    assert (starts(), cases.cases(View(store, LOCAL)).empty) == (days, True)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"level": "purple"}, "'purple' is no risk level"),
        ({"areas": []}, "nothing was selected"),
        ({"areas": "z"}, "no area 'z'"),
        ({"until": "2020-02-12T18:00"}, "before it begins"),
        ({"ordered_by": " "}, "Say who ordered it"),
        ({"reason": ""}, "Say who ordered it"),
    ],
)
def test_an_order_that_cannot_be_is_refused(store: Store, wrong: dict[str, object], told: str) -> None:
    good = {"areas": "a", "level": "high", "ordered_by": "县指挥部", "reason": "研判"}
    with pytest.raises((InputError, NotFound), match=told):
        risk_orders.order_level(store, LOCAL, **{**good, **wrong})
    assert risk_orders.in_force(View(store, LOCAL)).empty


# Rules as data

FIRST = {"from": "2020-02-17", **DEFAULT}


def test_a_workspace_may_have_rules_of_its_own(store: Store) -> None:
    cases.enter(store, LOCAL, "a", confirmed_at=moment(1, 9), number=3, cluster=True)
    assert levels(store)["a"] == "medium"
    stricter = {"from": "2020-02-10", "window_days": 14, "threshold": 2, "source": "省指挥部"}
    store.set_settings(LOCAL, {"risk_rules": [FIRST, stricter]})
    row = risk.levels(View(store, LOCAL)).set_index("id").loc["a"]
    assert row[["level", "since", "ahead"]].tolist() == ["high", pd.Timestamp(moment(1)), False]  # the first rule reaches back
    # From the 17th the rule of the State Council is the later one, and it finds no more than 50.
    assert row["until"] < pd.Timestamp(moment(17))


@pytest.mark.parametrize(
    ("given_rules", "told"),
    [
        ([], "is empty"),
        ("14", "is empty"),
        ([{"from": "2020-02-30", "window_days": 14, "threshold": 50, "source": ""}], "Rule 1 of the setting"),
        ([FIRST, {"from": "2020-03-01", "window_days": 0, "threshold": 50, "source": ""}], "Rule 2 of the setting"),
        ([{"from": "2020-02-17", "window_days": 14, "threshold": "50", "source": ""}], "Rule 1 of the setting"),
        ([FIRST, FIRST], "two rules from 2020-02-17"),
    ],
)
def test_rules_that_are_none_are_refused(given_rules: list[dict[str, object]], told: str) -> None:
    with pytest.raises(InputError, match=told):
        parse(given_rules)


# The command line


def test_the_document_has_the_form_of_the_contract(store: Store) -> None:
    cases.enter(store, LOCAL, "a", confirmed_at=moment(5, 9))
    document = risk.document(risk.levels(View(store, LOCAL, at="2020-02-18T08:00")), translate=translator("zh_CN"))
    assert document["at"] == "2020-02-18T08:00:00+08:00"
    assert document["areas"][0] == {
        "id": "a",
        "level": "medium",
        "since": "2020-02-05",
        "until": "2020-02-19",
        "why": "14 天内新增 1 例，最近一例 2020-02-05；累计 1 例，不超过 50 例。",
    }
    assert document["areas"][1] == {"id": "b", "level": "low", "since": None, "until": None, "why": "无确诊病例。"}


def test_before_the_rule_was_made_it_is_applied_and_said_so(store: Store) -> None:
    early = risk.document(risk.levels(View(store, LOCAL, at="2020-02-16T23:59")), translate=str)
    assert all(area["why"].endswith("before it was made.)") for area in early["areas"])
    assert not any(
        "before it was made" in area["why"] for area in risk.document(risk.levels(View(store, LOCAL, at="2020-02-17")), str)["areas"]
    )
