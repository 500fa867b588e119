"""Requests of people at home, from asking to answering; and how often they are disturbed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from township import NOW, at, township

from errors import InputError, NotFound
from ledgers.people import requests
from ledgers.people.disturbance import disturbances, would_exceed
from queries.events import LOCAL, Viewer
from queries.store import Store
from queries.view import View


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with township(tmp_path) as opened:
        fill(opened)
        yield opened


def fill(store: Store) -> None:
    person = {"person_id": "p", "household_id": "h", "area_id": "a", "name": "王建国", "effective_at": at(1)}
    home = {"household_id": "h", "area_id": "a", "head_count": 3, "effective_at": at(1)}
    stay = {"episode_id": "x", "person_id": "p", "household_id": "h", "area_id": "a", "state": "observing", "started_at": at(1), "days": 14}
    store.append(
        LOCAL,
        {
            "person_event": pd.DataFrame([person]),
            "household_event": pd.DataFrame([home]),
            "isolation_event": pd.DataFrame([{**stay, "effective_at": at(1)}]),
        },
    )


def row(store: Store, request: str, **when: Any) -> pd.Series:
    return requests.requests(View(store, LOCAL, **when)).set_index("request_id").loc[request]


def test_a_request_is_taken_on_and_done(store: Store) -> None:
    request, _ = requests.ask(store, LOCAL, kind="medicine", detail="降压药", person_id="p", effective_at=at(12, 8))
    asked = row(store, request)
    assert tuple(asked[["name", "household_id", "area_name", "detail", "status", "hours_open"]]) == (
        "王**",
        "h",
        "朝阳村",
        "•••",
        "open",
        10,
    )
    with pytest.raises(InputError, match="who answers"):
        requests.answer(store, LOCAL, request, "taken")
    requests.answer(store, LOCAL, request, "taken", answered_by="志愿者小李", effective_at=at(12, 9))
    with pytest.raises(InputError, match="2020-02-12 09:00"):
        requests.answer(store, LOCAL, request, "done", effective_at=at(12, 8, 59))
    done = requests.answer(store, LOCAL, request, "done", effective_at=at(12, 11, 30))
    assert tuple(row(store, request)[["status", "answered_by", "hours_open"]]) == ("done", "志愿者小李", 3.5)
    for status in ("taken", "done", "cancelled", "open"):
        with pytest.raises(InputError, match="answered already"):
            requests.answer(store, LOCAL, request, status, answered_by="x")
    assert row(store, request, at=at(12, 10))["status"] == "taken"
    store.undo(LOCAL, done)
    assert row(store, request)["status"] == "taken"


def test_who_waits_longest_stands_on_top(store: Store) -> None:
    late = requests.ask(store, LOCAL, kind="shopping", household_id="h", effective_at=at(12, 9))[0]
    early = requests.ask(store, LOCAL, kind="other", person_id="p", effective_at=at(11))[0]
    done = requests.ask(store, LOCAL, kind="counselling", person_id="p", effective_at=at(10))[0]
    requests.answer(store, LOCAL, done, "cancelled")
    assert requests.requests(View(store, LOCAL))["request_id"].tolist() == [early, late, done]
    assert requests.requests(View(store, LOCAL), household="none").empty


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kind": "haircut"}, "'haircut' is not a kind"),
        ({"person_id": None}, "Say who asks"),
        ({"person_id": "q"}, "no person 'q'"),
        ({"person_id": None, "household_id": "none"}, "no household 'none'"),
        ({"effective_at": at(13)}, "lies in the future"),
    ],
)
def test_a_request_is_refused_in_one_sentence(store: Store, wrong: dict[str, Any], said: str) -> None:
    with pytest.raises((InputError, NotFound), match=said):
        requests.ask(store, LOCAL, **{"kind": "shopping", "person_id": "p", **wrong})
    with pytest.raises(NotFound, match="no request 'r'"):
        requests.answer(store, LOCAL, "r", "done", answered_by="x")
    with pytest.raises(InputError, match="'lost' is no state"):
        requests.answer(store, LOCAL, "r", "lost")


def test_another_area_does_not_answer(store: Store) -> None:
    request, _ = requests.ask(store, LOCAL, kind="shopping", person_id="p")
    with pytest.raises(NotFound):
        requests.answer(store, Viewer("b", areas=frozenset({"b"})), request, "done", answered_by="x")


# Disturbance


def visited(store: Store, moment: datetime, outcome: str = "registered", household: str = "h") -> None:
    frame = {"household_id": household, "area_id": "a", "purpose": "form", "outcome": outcome, "effective_at": moment}
    store.append(LOCAL, {"visit": pd.DataFrame([frame])})


def read(store: Store, moment: datetime, channel: str = "visit") -> list[str]:
    frame = {"episode_id": "x", "area_id": "a", "temperature": 36.5, "channel": channel, "effective_at": moment}
    return store.append(LOCAL, {"reading": pd.DataFrame([{**frame, "participants": "民警;医生;网格员"}])})


def test_a_call_by_many_counts_once_and_by_phone_never(store: Store) -> None:
    visited(store, at(12, 9))
    read(store, at(12, 9, 10))
    read(store, at(12, 9, 20))
    read(store, at(12, 14), channel="phone")
    read(store, at(12, 15), channel="video")
    visited(store, at(12, 16), "phone_only")
    read(store, at(6, 9))
    read(store, at(5, 18))  # a week ago to the minute: no more in it
    found = disturbances(View(store, LOCAL)).iloc[0]
    assert tuple(found[["household_id", "area_id", "day", "week", "last_at", "over"]]) == ("h", "a", 1, 2, at(12, 9, 20), False)
    assert disturbances(View(store, LOCAL, area="b")).empty


def test_a_warning_before_one_call_too_many(store: Store) -> None:
    visited(store, at(12, 8))
    assert would_exceed(View(store, LOCAL), "h") is None
    undone = read(store, at(12, 13))
    assert would_exceed(View(store, LOCAL), "h").params == {"n": 2, "limit": 2}
    assert would_exceed(View(store, LOCAL, at=at(12, 13, 20)), "h") is None  # still the same call
    assert would_exceed(View(store, LOCAL, at=at(13, 8)), "h") is None
    store.set_settings(LOCAL, {"disturbance_budget": {"day": 3}})
    assert would_exceed(View(store, LOCAL), "h") is None
    store.set_settings(LOCAL, {"disturbance_budget": {"day": 9, "week": 2}})
    assert "7 days" in str(would_exceed(View(store, LOCAL), "h"))
    store.undo(LOCAL, undone)
    assert would_exceed(View(store, LOCAL), "h") is None
    assert would_exceed(View(store, LOCAL), "unknown") is None


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with township(tmp_path_factory.mktemp("w")) as opened:
        yield opened


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(minutes=st.lists(st.integers(0, 10 * 1440), max_size=25))
def test_calls_are_counted_as_by_hand(shared: Store, minutes: list[int]) -> None:
    home = f"home {shared.revision}"
    moments = sorted(NOW - timedelta(minutes=m) for m in minutes)
    if moments:
        frame = {"household_id": home, "area_id": "a", "outcome": "registered", "effective_at": moments}
        shared.append(LOCAL, {"visit": pd.DataFrame(frame)})
    week = [m for m in moments if m > NOW - timedelta(days=7)]
    calls = [m for n, m in enumerate(week) if n == 0 or m - week[n - 1] > timedelta(minutes=30)]
    found = disturbances(View(shared, LOCAL), household=home)
    assert found["week"].sum() == len(calls)
    assert found["day"].sum() == sum(m > NOW - timedelta(days=1) for m in calls)
    assert found["over"].any() == (len(calls) > 8 or found["day"].sum() > 2)
