"""Isolation: who may become what and when; whatever order events come in, each episode is in exactly one state, and they add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from township import at, township

from errors import InputError, NotFound
from ledgers import undoing
from ledgers.intake.imports import apply_import, plan_import
from ledgers.people import isolation, readings
from ledgers.people.isolation_rules import Standing, check_change
from queries.events import LOCAL, Viewer
from queries.kinds import EVENT_TABLES
from queries.store import Store
from queries.view import View

SIGNED = {"reason": "密切接触", "ordered_by": "社区"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with township(tmp_path) as opened:
        people = [
            ("p", "h", "a", "王建国"),
            ("q", "h", "a", "李秀英"),
            ("r", "h", "a", "王小明"),
            ("s", None, "b", "赵敏"),
            ("n", None, None, "无名"),
        ]
        frame = pd.DataFrame(people, columns=["person_id", "household_id", "area_id", "name"]).assign(effective_at=at(1))
        opened.append(LOCAL, {"person_event": frame})
        yield opened


def begin(store: Store, person: str, day: int = 5, **given: Any) -> str:
    return isolation.start(store, LOCAL, person, started_at=at(day, 8), **{**SIGNED, **given})[0]


def one(store: Store, episode: str, **when: Any) -> pd.Series:
    return isolation.episodes(View(store, LOCAL, **when)).set_index("episode_id").loc[episode]


def test_an_episode_from_start_to_release(store: Store) -> None:
    episode = begin(store, "p", 5, days=7)
    row = one(store, episode)
    assert (row["state"], row["area_id"], row["household_id"], row["name"], row["area_name"]) == ("observing", "a", "h", "王**", "朝阳村")
    assert (row["day"], row["days"], row["release_due"], row["alarm"]) == (7, 7, at(12, 8), False)  # its days are over, and no more than 7
    assert one(store, episode, at=at(6, 7, 59))["day"] == 1
    assert one(store, episode, at=at(6, 8))["day"] == 2
    isolation.change(store, LOCAL, episode, "released", effective_at=at(12, 9))
    assert one(store, episode)["state"] == "released"
    assert one(store, episode, at=at(12, 8))["state"] == "observing"
    assert isolation.episodes(View(store, LOCAL, at=at(5, 7))).empty


def test_fourteen_days_unless_the_workspace_says_otherwise(store: Store) -> None:
    assert one(store, begin(store, "p"))["days"] == 14
    store.set_settings(LOCAL, {"isolation_days": 21})
    assert one(store, begin(store, "q"))["days"] == 21


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"person_id": "nobody"}, "no person 'nobody'"),
        ({"started_at": at(12, 18, 1)}, "2020-02-12 18:01 lies in the future"),
        ({"days": 0}, "1 to 60 days, not 0"),
        ({"days": 61}, "1 to 60 days, not 61"),
        ({"place": "hotel"}, "'hotel' is not a place"),
        ({"reason": " "}, "reason"),
        ({"ordered_by": ""}, "who gave the order"),
        ({"area_id": "nowhere"}, "no area 'nowhere'"),
        ({"person_id": "n"}, "in which area"),
    ],
)
def test_a_start_is_refused_in_one_sentence(store: Store, wrong: dict[str, Any], said: str) -> None:
    with pytest.raises((InputError, NotFound), match=said):
        isolation.start(store, LOCAL, **{"person_id": "p", "started_at": at(5), **SIGNED, **wrong})
    assert isolation.episodes(View(store, LOCAL)).empty


def test_one_person_has_one_open_episode(store: Store) -> None:
    first = begin(store, "p", 5)
    for day in (4, 5, 9):
        with pytest.raises(InputError, match=rf"already, since 2020-02-05 08:00 \(episode {first}\)"):
            begin(store, "p", day)
    isolation.change(store, LOCAL, first, "refuted", effective_at=at(8), reason="核查")
    with pytest.raises(InputError, match="until 2020-02-08 00:00"):
        begin(store, "p", 7)
    second = begin(store, "p", 8)
    assert isolation.episodes(View(store, LOCAL), person="p")["episode_id"].tolist() == [second, first]


def test_the_rule_holds_where_the_viewer_does_not_see(store: Store) -> None:
    episode = begin(store, "p", 5)
    isolation.move(store, LOCAL, episode, area_id="b", reason="集中隔离", effective_at=at(6))
    only_a = Viewer("a", areas=frozenset({"a"}))
    assert isolation.episodes(View(store, only_a)).empty
    with pytest.raises(InputError, match="already"):
        isolation.start(store, only_a, "p", started_at=at(7), **SIGNED)
    with pytest.raises(NotFound):
        isolation.change(store, only_a, episode, "hospital", reason="发热")


@pytest.mark.parametrize("before", isolation.STATES)
@pytest.mark.parametrize("after", [*isolation.STATES, "cured"])
def test_the_table_of_transitions(before: str, after: str) -> None:
    standing = Standing(before, at(6), at(5), 7)
    allowed = before in ("observing", "hospital") and after != before and after != "cured"
    for moment, reason, fine in [
        (at(13), "原因", True),
        (at(13), "", after == "released"),
        (at(11, 23), "", False),
        (at(5, 23), "原因", False),
    ]:
        if allowed and fine:
            check_change(standing, after, at=moment, reason=reason)
        else:
            with pytest.raises(InputError):
                check_change(standing, after, at=moment, reason=reason)


def test_a_release_before_its_day_needs_a_reason(store: Store) -> None:
    episode = begin(store, "p")
    with pytest.raises(InputError, match="lasts until 2020-02-19 08:00"):
        isolation.change(store, LOCAL, episode, "released")
    isolation.change(store, LOCAL, episode, "released", reason="两次核酸阴性")
    with pytest.raises(InputError, match="ended on 2020-02-12 18:00"):
        isolation.change(store, LOCAL, episode, "observing", reason="复阳")


def test_a_mistaken_end_is_undone(store: Store) -> None:
    episode = begin(store, "p")
    ended = isolation.change(store, LOCAL, episode, "transferred", reason="误填", effective_at=at(8))
    store.undo(LOCAL, ended)
    assert one(store, episode)["state"] == "observing"
    isolation.change(store, LOCAL, episode, "hospital", reason="发热", place_name="县医院", effective_at=at(7))
    told = isolation.history(View(store, LOCAL), episode)
    assert list(zip(told["state"], told["voided"], strict=True)) == [("transferred", True), ("hospital", False), ("observing", False)]
    assert (told["recorded_by"] == "local").all()


def test_to_hospital_and_home_again(store: Store) -> None:
    episode = begin(store, "p")
    isolation.change(store, LOCAL, episode, "hospital", reason="发热", place_name="县医院", effective_at=at(7))
    assert tuple(one(store, episode)[["state", "place", "ordered_by"]]) == ("hospital", "hospital", "社区")
    isolation.change(store, LOCAL, episode, "observing", reason="排除", ordered_by="县医院", effective_at=at(9))
    assert tuple(one(store, episode)[["state", "place", "ordered_by", "started_at"]]) == ("observing", "home", "县医院", at(5, 8))


def test_changed_dates_keep_the_old_ones(store: Store) -> None:
    episode = begin(store, "p")
    with pytest.raises(InputError, match="reason"):
        isolation.set_dates(store, LOCAL, episode, days=21, reason="")
    with pytest.raises(InputError, match="has already"):
        isolation.set_dates(store, LOCAL, episode, days=14, reason="x")
    isolation.set_dates(store, LOCAL, episode, days=21, reason="延长", effective_at=at(10))
    isolation.set_dates(store, LOCAL, episode, started_at=at(6), reason="更正", effective_at=at(11))
    told = isolation.history(View(store, LOCAL), episode)
    assert list(zip(told["started_at"], told["days"], strict=True)) == [(at(6), 21), (at(5, 8), 21), (at(5, 8), 14)]
    assert one(store, episode, at=at(9))["release_due"] == at(19, 8)
    assert one(store, episode)["release_due"] == at(27)


def test_a_household_begins_again_when_a_member_becomes_a_case(store: Store) -> None:
    case, *others = begin(store, "p"), begin(store, "q"), begin(store, "r", 6)
    elsewhere = begin(store, "s")
    isolation.change(store, LOCAL, case, "hospital", reason="确诊", effective_at=at(10))
    events = isolation.household_dates(store, LOCAL, "h", started_at=at(10), reason="家庭成员确诊", effective_at=at(10, 12))
    assert len(events) == 2
    assert [one(store, e)["started_at"] for e in (case, *others, elsewhere)] == [at(5, 8), at(10), at(10), at(5, 8)]
    assert [one(store, e, at=at(10))["started_at"] for e in others] == [at(5, 8), at(6, 8)]
    store.undo(LOCAL, events)
    assert one(store, others[0])["started_at"] == at(5, 8)
    with pytest.raises(NotFound, match="household 'none'"):
        isolation.household_dates(store, LOCAL, "none", started_at=at(10), reason="x")


def test_a_move_takes_the_history_along(store: Store) -> None:
    episode = begin(store, "p")
    isolation.move(store, LOCAL, episode, area_id="b", place="centralised", place_name="集中点", reason="居家条件不足", effective_at=at(9))
    assert one(store, episode, at=at(8))["area_id"] == "a"
    assert tuple(one(store, episode)[["area_id", "place", "place_name"]]) == ("b", "centralised", "•••")
    assert isolation.episodes(View(store, LOCAL, area="a")).empty
    assert len(isolation.history(View(store, LOCAL), episode)) == 2
    for nothing in ({}, {"area_id": "b"}):
        with pytest.raises(InputError, match="there already"):
            isolation.move(store, LOCAL, episode, reason="x", **nothing)
    with pytest.raises(NotFound):
        isolation.move(store, LOCAL, episode, area_id="nowhere", reason="x")


def test_a_move_goes_to_a_household_that_is_there(store: Store) -> None:
    episode = begin(store, "p")
    with pytest.raises(NotFound, match="no household 'none'"):
        isolation.move(store, LOCAL, episode, household_id="none", reason="x")
    home = {"household_id": "h2", "area_id": "a", "door": "2", "effective_at": at(1)}
    store.append(LOCAL, {"household_event": pd.DataFrame([home])})
    isolation.move(store, LOCAL, episode, household_id="h2", reason="搬迁")
    assert one(store, episode)["household_id"] == "h2"


def test_an_end_lies_after_the_last_reading(store: Store) -> None:
    episode = begin(store, "p")
    taken = readings.record(store, LOCAL, episode, temperature=36.5, effective_at=at(10, 9))
    with pytest.raises(InputError, match="taken at 2020-02-10 09:00"):
        isolation.change(store, LOCAL, episode, "transferred", effective_at=at(10, 8), reason="转运")
    isolation.change(store, LOCAL, episode, "hospital", effective_at=at(10, 8), reason="发热")
    undoing.undo(store, LOCAL, taken)
    ended = isolation.change(store, LOCAL, episode, "transferred", effective_at=at(10, 8), reason="转运")
    void = undoing.undo(store, LOCAL, ended)
    readings.record(store, LOCAL, episode, temperature=36.5, effective_at=at(11, 9))
    with pytest.raises(InputError, match="taken at 2020-02-11 09:00"):
        undoing.undo(store, LOCAL, void)


def test_dates_do_not_reach_into_an_earlier_isolation(store: Store) -> None:
    first = begin(store, "p", 2)
    isolation.change(store, LOCAL, first, "released", reason="核酸阴性", effective_at=at(5))
    second = begin(store, "p", 6)
    said = rf"from 2020-02-02 08:00 until 2020-02-05 00:00 \(episode {first}\)"
    with pytest.raises(InputError, match=said):
        isolation.set_dates(store, LOCAL, second, started_at=at(4), reason="更正")
    with pytest.raises(InputError, match=said):
        isolation.household_dates(store, LOCAL, "h", started_at=at(4), reason="家庭成员确诊")
    isolation.set_dates(store, LOCAL, second, started_at=at(5), reason="更正")
    assert one(store, second)["started_at"] == at(5)


# Undo and redo ------------------------------------------------------------------------------------------------------------


def test_to_undo_an_end_while_another_is_open_is_refused(store: Store) -> None:
    first = begin(store, "p", 2)
    released = isolation.change(store, LOCAL, first, "released", reason="核酸阴性", effective_at=at(5))
    second, started = isolation.start(store, LOCAL, "p", started_at=at(6), **SIGNED)
    with pytest.raises(InputError, match=rf"already, since 2020-02-06 00:00 \(episode {second}\)"):
        undoing.undo(store, LOCAL, released)
    assert one(store, first)["state"] == "released"
    undoing.undo(store, LOCAL, [*started, *released])  # both at once leave one
    assert isolation.episodes(View(store, LOCAL), person="p")["state"].tolist() == ["observing"]


def test_to_redo_a_start_while_another_is_open_is_refused(store: Store) -> None:
    first, started = isolation.start(store, LOCAL, "p", started_at=at(2), **SIGNED)
    void = undoing.undo(store, LOCAL, started)
    second, again = isolation.start(store, LOCAL, "p", started_at=at(3), **SIGNED)
    with pytest.raises(InputError, match=f"episode {second}"):
        undoing.undo(store, LOCAL, void)
    undoing.undo(store, LOCAL, again)
    undoing.undo(store, LOCAL, void)
    assert isolation.episodes(View(store, LOCAL), person="p")["episode_id"].tolist() == [first]


def test_an_end_is_the_last_event_and_never_the_first(store: Store) -> None:
    episode, started = isolation.start(store, LOCAL, "p", started_at=at(2), **SIGNED)
    ended = isolation.change(store, LOCAL, episode, "refuted", reason="核查", effective_at=at(5))
    with pytest.raises(InputError, match="rest on it"):
        undoing.undo(store, LOCAL, started)
    void = undoing.undo(store, LOCAL, ended)
    isolation.change(store, LOCAL, episode, "released", reason="核酸阴性", effective_at=at(6))
    with pytest.raises(InputError, match="rest on it"):
        undoing.undo(store, LOCAL, void)


def test_whoever_sees_one_area_undoes_nothing_of_another(store: Store) -> None:
    only_a = Viewer("a", areas=frozenset({"a"}))
    _, there = isolation.start(store, LOCAL, "s", started_at=at(2), **SIGNED)
    _, here = isolation.start(store, LOCAL, "p", started_at=at(2), **SIGNED)
    for of_others in (there, [*here, *there], undoing.undo(store, LOCAL, there)):
        with pytest.raises(NotFound, match="areas that you do not see"):
            store.undo(only_a, of_others)
    void = store.undo(only_a, here)
    store.undo(only_a, void)
    assert isolation.episodes(View(store, LOCAL))["person_id"].tolist() == ["p"]


def test_every_event_has_an_area_by_which_undo_is_judged(store: Store) -> None:
    """Of every table of events: in view of the whole, out of view of a viewer without areas."""
    ids = {}
    for table in set(EVENT_TABLES) - {"void", "purge_record"}:
        subject = {
            "feature_event": {"layer": "entrances", "feature_id": "e9", "attributes": '{"area_id": "a"}', "withdrawn": False},
            "entrance_event": {"entrance_id": "e1"},
            "gate_log": {"entrance_id": "e1"},
            "checkpoint_event": {"checkpoint_id": "p1"},
            "duty_shift": {"subject_layer": "entrances", "subject_id": "e1"},
            "sign_in": {"shift_id": "shift"},
        }.get(table, {"area_id": "a"})
        ids[table] = "shift" if table == "duty_shift" else f"x-{table}"
        store.append(LOCAL, {table: pd.DataFrame([{**subject, "event_id": ids[table], "effective_at": at(2)}])})
    for areas, seen in ((None, ids), (frozenset({"a"}), ids), (frozenset({"b"}), {})):
        found = store.run("find_events", Viewer("x", areas=areas), event_ids=list(ids.values()))
        assert set(found["event_id"]) == set(seen.values())


def test_the_alarm_stands_until_hospital_whatever_is_read_later(store: Store) -> None:
    episode = begin(store, "p")

    def read(temperature: float, moment: datetime, symptoms: str | None = None) -> None:
        row = {"episode_id": episode, "area_id": "a", "temperature": temperature, "symptoms": symptoms, "effective_at": moment}
        store.append(LOCAL, {"reading": pd.DataFrame([row])})

    read(38.0, at(12, 8))
    assert one(store, episode)["alarm"]
    assert not one(store, episode, at=at(12, 7))["alarm"]
    assert one(store, episode, at=at(15, 8))["alarm"]
    read(36.8, at(12, 12))
    row = one(store, episode)
    assert (row["alarm"], row["alarm_temperature"], row["alarm_at"], row["temperature"]) == (True, 38.0, at(12, 8), 36.8)
    read(36.8, at(12, 14), "cough")
    row = one(store, episode)
    assert (row["alarm_symptoms"], row["alarm_at"], row["alarm_since"], row["unacted"]) == ("cough", at(12, 14), at(12, 8), 2)
    isolation.change(store, LOCAL, episode, "hospital", reason="发热")
    assert not one(store, episode)["alarm"]


# Whatever order events come in


@dataclass
class Model:
    """What the ledger must say, worked out event by event in plain Python."""

    events: list[dict[str, Any]] = field(default_factory=list)
    voids: list[dict[str, Any]] = field(default_factory=list)

    def states(self, moment: datetime, known: datetime) -> dict[str, str]:
        """Return the state of each episode: of the events that hold and are known, the latest; of one moment the one learned last."""
        said = [void for void in self.voids if void["recorded_at"] <= known]
        undone_voids = {void["target_id"] for void in said}
        undone = {void["target_id"] for void in said if void["event_id"] not in undone_voids}
        found: dict[str, tuple[Any, str]] = {}
        for one in self.events:
            if one["effective_at"] > moment or one["recorded_at"] > known or one["event_id"] in undone:
                continue
            order = (one["effective_at"], one["recorded_at"], one["event_id"])
            if one["episode_id"] not in found or order > found[one["episode_id"]][0]:
                found[one["episode_id"]] = (order, one["state"])
        return {episode: state for episode, (_, state) in found.items()}


HOURS = st.integers(0, 30)
EVENT = st.tuples(st.just("event"), st.sampled_from("xyz"), st.sampled_from(isolation.STATES), HOURS, HOURS)
VOID = st.tuples(st.just("void"), st.integers(0, 30), st.booleans(), HOURS, HOURS)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.one_of(EVENT, EVENT, VOID), max_size=14), asked=st.lists(st.tuples(HOURS, HOURS), min_size=1, max_size=4))
def test_every_episode_is_in_exactly_one_state_and_they_add_up(
    bare: Store, acts: list[tuple[Any, ...]], asked: list[tuple[int, int]]
) -> None:
    """Late arrivals (recorded after what came later), corrections (voids, and voids of voids), any order of states."""
    model, start = Model(), at(1)
    name = f"{bare.revision}"  # the episodes of each example are its own
    for count, (kind, first, second, effective, recorded) in enumerate(acts):
        moments = {"effective_at": start + timedelta(hours=effective), "recorded_at": start + timedelta(hours=recorded)}
        if kind == "event":
            own = {"event_id": f"{name}-{count:03}", "episode_id": f"{name}-{first}", "state": second, "area_id": "a", **moments}
            bare.append(LOCAL, {"isolation_event": pd.DataFrame([{**own, "started_at": start, "days": 14}])})
            model.events.append(own)
        else:
            targets = model.voids if second else model.events
            if not targets:
                continue
            # An act is undone after it was recorded: nobody voids what is not there.
            target = targets[first % len(targets)]
            own = {"event_id": f"{name}-{count:03}", "target_id": target["event_id"]}
            own["recorded_at"] = max(moments["recorded_at"], target["recorded_at"])
            bare.append(LOCAL, {"void": pd.DataFrame([{**own, "reason": ""}])})
            model.voids.append(own)
    for hour, known_hour in asked:
        moment, known = start + timedelta(hours=hour), start + timedelta(hours=known_hour)
        wanted = model.states(moment, known)
        found = isolation.episodes(View(bare, LOCAL, at=moment, known_at=known))
        found = found[found["episode_id"].str.startswith(f"{name}-")]
        assert found["episode_id"].is_unique
        assert dict(zip(found["episode_id"], found["state"], strict=True)) == wanted
        assert sum(Counter(found["state"]).values()) == len(wanted)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with township(tmp_path_factory.mktemp("bare")) as opened:
        yield opened


KINDS = ["start", "start", *isolation.STATES, "days", "begun", "household", "move", "undo", "undo", "redo", "import"]
ACT = st.tuples(
    st.sampled_from(KINDS), st.sampled_from("ppq"), st.integers(0, 11), st.sampled_from([True, True, True, False]), st.integers(0, 11)
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACT, min_size=8, max_size=16))
def test_no_order_of_acts_opens_two_or_leaves_the_table(bare: Store, acts: list[tuple[str, str, int, bool, int]]) -> None:
    """Acts by the rules alone, undone and redone: at no moment has a person two open episodes, and every step of each is in the table."""
    name = f"{bare.revision}"  # the people of each example are its own
    people = pd.DataFrame({"person_id": [f"{name}-{p}" for p in "pq"], "area_id": "a", "name": "王", "household_id": f"{name}-h"})
    bare.append(LOCAL, {"person_event": people.assign(effective_at=at(1))})
    known, done, voids = Counter[str](), list[list[str]](), list[list[str]]()
    for kind, who, day, reasoned, other in acts:
        person, given = f"{name}-{who}", {"reason": "原因" if reasoned else "", "effective_at": at(1 + day, 12)}
        own = isolation.episodes(View(bare, LOCAL), person=person)["episode_id"].tolist()
        episode = own[other % len(own)] if own else "none"
        try:
            if kind == "start":
                done.append(isolation.start(bare, LOCAL, person, started_at=at(1 + day, 12), reason=given["reason"], ordered_by="社区")[1])
            elif kind == "days":
                done.append(isolation.set_dates(bare, LOCAL, episode, days=1 + other, **given))
            elif kind == "begun":
                done.append(isolation.set_dates(bare, LOCAL, episode, started_at=at(1 + other), **given))
            elif kind == "household":
                done.append(isolation.household_dates(bare, LOCAL, f"{name}-h", started_at=at(1 + other), **given))
            elif kind == "move":
                done.append(isolation.move(bare, LOCAL, episode, area_id="ab"[other % 2], **given))
            elif kind == "undo":
                voids.append(undoing.undo(bare, LOCAL, done[-1 - other % len(done)] if done else []))
            elif kind == "redo":
                undoing.undo(bare, LOCAL, voids[-1 - other % len(voids)] if voids else [])
            elif kind == "import":
                done.append(import_row(bare, person, at(1 + day), at(1 + other) if reasoned else None))
            elif kind in isolation.STATES:
                done.append(isolation.change(bare, LOCAL, episode, kind, **given))
        except (InputError, NotFound):
            continue
        known[kind] += 1
    for who in "pq":
        spans = []
        for _, steps in bare.run("select_episode_periods", LOCAL, person=f"{name}-{who}").groupby("episode_id"):
            assert steps["since"].is_monotonic_increasing
            assert steps["state"].iloc[0] in isolation.OPEN
            for before, after in pairwise(steps["state"]):
                assert after == before in isolation.OPEN or after in isolation.TRANSITIONS[before]
            ended = steps[~steps["state"].isin(isolation.OPEN)]["since"]
            spans.append((min(steps["since"].iloc[0], steps["started_at"].iloc[-1]), ended.iloc[0] if len(ended) else at(28)))
        spans.sort()
        assert all(end <= begun for (_, end), (begun, _) in pairwise(spans)), known


def import_row(store: Store, person: str, start: datetime, end: datetime | None) -> list[str]:
    """Import one isolation from a file, over where it has an end; return the ids of its events, none where it was rejected."""
    path = store.path / "row.csv"
    over = f"released,{end:%Y-%m-%d}" if end else "observing,"
    path.write_text(f"person_id,started_at,state,ended_at,reason\n{person},{start:%Y-%m-%d},{over},原因\n", "utf-8")
    batch = apply_import(store, LOCAL, plan_import(store, LOCAL, path, "isolation"), accept_valid=True)
    return store.run("select_batch_events", LOCAL, batch_id=batch.batch_id)["event_id"].tolist() if batch else []
