"""Alarms: each stands until somebody has acted on it, whatever is read later; and every act is an event like others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from township import NOW, at, township

from errors import InputError, NotFound
from ledgers import undoing
from ledgers.people import alarms, isolation, privacy, retention
from ledgers.people.due import document, due
from queries.events import LOCAL, Viewer
from queries.store import Store
from queries.view import View


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with township(tmp_path) as opened:
        observe(opened, "x")
        yield opened


START = at(5)


def observe(store: Store, episode: str, moment: datetime = START, state: str = "observing", area: str = "a") -> None:
    person = {"person_id": f"p{episode}", "area_id": area, "name": "王建国", "effective_at": at(1)}
    row = {"episode_id": episode, "person_id": f"p{episode}", "area_id": area, "state": state, "started_at": at(5), "days": 14}
    told = {"isolation_event": pd.DataFrame([{**row, "effective_at": moment}])}
    store.append(LOCAL, told if state != "observing" or moment != at(5) else {"person_event": pd.DataFrame([person]), **told})


def read(store: Store, moment: datetime, temperature: float, symptoms: str | None = None, *, of: str = "x", **given: Any) -> str:
    row = {"episode_id": of, "area_id": "a", "temperature": temperature, "symptoms": symptoms, "effective_at": moment, **given}
    return store.append(LOCAL, {"reading": pd.DataFrame([row])})[0]


def standing(store: Store, **when: Any) -> list[str]:
    return list(alarms.alarms(View(store, LOCAL, **when))["episode_id"])


def acted(store: Store, **given: Any) -> list[str]:
    return alarms.act(store, LOCAL, "x", **{"action": "tested", "done_by": "王医生", **given})


def test_a_normal_reading_in_the_afternoon_clears_no_fever_of_the_morning(store: Store) -> None:
    """38.6 °C and a cough at 08:00, 36.8 °C at 15:00, and nobody has done anything."""
    read(store, at(12, 8), 38.6, "cough")
    read(store, at(12, 15), 36.8)
    (alarm,) = document(due(View(store, LOCAL)))["alarms"]
    assert (alarm["temperature"], alarm["symptoms"]) == (38.6, ["cough"])
    assert alarm["later"] == {"temperature": 36.8, "symptoms": [], "taken_at": at(12, 15).isoformat()}
    acted(store, effective_at=at(12, 16))
    assert document(due(View(store, LOCAL)))["alarms"] == []
    assert document(due(View(store, LOCAL, at=at(12, 15, 59))))["alarms"] != [], "before the act it stood"


def test_an_act_acts_on_what_was_known_when_it_was_entered(store: Store) -> None:
    morning = read(store, at(11, 8), 38.0)
    read(store, at(12, 8), 38.6)
    acted(store, reading_id=morning, effective_at=at(12, 9))
    (alarm,) = alarms.alarms(View(store, LOCAL)).to_dict("records")
    assert (alarm["temperature"], alarm["unacted"]) == (38.6, 1), "the later one was not acted on"
    acted(store, effective_at=at(12, 9))
    assert standing(store) == []
    read(store, at(10, 8), 38.1)
    assert standing(store) == ["x"], "what was learned after the act was in nobody's mind"
    acted(store)
    read(store, at(12, 17), 36.6, "cough")
    assert standing(store) == ["x"], "a new symptom alarms anew"


def test_hospital_is_an_act_and_what_is_measured_there_is_none_of_ours(store: Store) -> None:
    read(store, at(10, 8), 38.0)
    observe(store, "x", at(10, 12), "hospital")
    assert standing(store) == []
    read(store, at(11, 8), 38.4)
    observe(store, "x", at(11, 18))
    assert standing(store) == [], "back home, seen by a doctor"
    read(store, at(12, 8), 37.5)
    assert standing(store) == ["x"]
    observe(store, "x", at(12, 9), "released")
    assert standing(store) == []


def test_an_act_can_be_undone_and_redone(store: Store) -> None:
    read(store, at(12, 8), 38.6)
    events = acted(store)
    (void,) = undoing.undo(store, LOCAL, events)
    assert standing(store) == ["x"]
    undoing.undo(store, LOCAL, [void])
    assert standing(store) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"action": ""}, "Say what was done"),
        ({"action": "prayed"}, "'prayed' is not one of"),
        ({"done_by": " "}, "Write who has acted"),
        ({"action": "other"}, "Write what was done"),
        ({"effective_at": at(12, 7)}, "nothing can have been done about it before"),
        ({"effective_at": at(13)}, "still to come"),
    ],
)
def test_an_act_says_what_and_who_and_comes_after_the_reading(store: Store, wrong: dict[str, Any], said: str) -> None:
    read(store, at(12, 8), 38.6)
    with pytest.raises(InputError, match=said):
        acted(store, **wrong)
    assert standing(store) == ["x"]


def test_nobody_acts_where_nothing_alarms_or_out_of_view(store: Store) -> None:
    with pytest.raises(NotFound):
        acted(store)
    reading = read(store, at(12, 8), 38.6)
    with pytest.raises(NotFound):
        alarms.act(store, Viewer("b", areas=frozenset({"b"})), "x", action="tested", done_by="王医生")
    with pytest.raises(NotFound):
        acted(store, reading_id="none of these")
    events = acted(store, reading_id=reading)
    with pytest.raises(NotFound):
        store.undo(Viewer("b", areas=frozenset({"b"})), events)
    assert len(alarms.actions(View(store, Viewer("b", areas=frozenset({"b"}))))) == 0
    assert len(alarms.actions(View(store, Viewer("a", areas=frozenset({"a"}))))) == 1


def test_an_act_is_in_the_persons_story_and_its_text_is_masked(store: Store) -> None:
    read(store, at(12, 8), 38.6)
    acted(store, note="送县医院采样")
    (row,) = alarms.actions(View(store, LOCAL)).to_dict("records")
    assert (row["action"], row["done_by"], row["note"], row["temperature"]) == ("tested", "王医生", privacy.HIDDEN, 38.6)
    story = store.run("select_person_events", LOCAL, person_id="px")
    assert story["event_table"].tolist()[0] == "alarm_action"


def test_what_was_done_is_kept_and_what_is_personal_goes(store: Store) -> None:
    read(store, at(12, 8), 38.6)
    acted(store, note="送县医院采样")
    isolation.change(store, LOCAL, "x", "released", reason="期满")
    store.set_settings(LOCAL, {"clock": (NOW + timedelta(days=400)).isoformat()})
    told = {row["table"]: row["rows"] for row in retention.purge(store, LOCAL)["purged"]}
    assert told["alarm_action"] == 1
    (row,) = alarms.actions(View(store, LOCAL)).to_dict("records")
    assert row["action"] == "tested" and pd.isna(row["done_by"]) and pd.isna(row["note"])


# Beside brute force

EVENTS = st.lists(
    st.tuples(st.sampled_from(["fever", "calm", "act", "hospital", "home"]), st.integers(1, 200)), min_size=1, max_size=10
).map(lambda told: sorted(told, key=lambda event: event[1]))


@settings(max_examples=50)
@given(EVENTS)
def test_alarms_beside_a_walk_through_the_events(tmp_path_factory: pytest.TempPathFactory, told: list[tuple[str, int]]) -> None:
    with township(tmp_path_factory.mktemp("walk")) as store:
        observe(store, "x")
        open_, home = False, True
        for n, (kind, minute) in enumerate(told):
            moment = at(6) + timedelta(minutes=10 * minute + n / 100)
            if kind in ("fever", "calm"):
                read(store, moment, 38.0 if kind == "fever" else 36.5)
                open_ = open_ or (kind == "fever" and home)
            elif kind == "act" and open_ and home:
                acted(store, effective_at=moment)
                open_ = False
            elif kind == "hospital" and home:
                observe(store, "x", moment, "hospital")
                open_, home = False, False
            elif kind == "home" and not home:
                observe(store, "x", moment)
                home = True
            assert standing(store) == (["x"] if open_ and home else [])
