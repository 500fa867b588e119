"""Readings: what is refused and why, one at a time and by the thousand; sent twice, written once; expected, taken, missed and due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from township import NOW, ZONE, at, township

from errors import InputError, NotFound
from ledgers.people import readings
from ledgers.people.slots import parts_of_day, slots_between
from queries.events import LOCAL, Viewer, new_id
from queries.store import Store
from queries.view import View


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with township(tmp_path) as opened:
        yield opened


def event(episode: str, state: str, effective_at: datetime, *, area: str = "a", started_at: datetime | None = None) -> dict[str, Any]:
    """Return one event of an episode, written past all rules."""
    return {
        "episode_id": episode,
        "person_id": f"person of {episode}",
        "area_id": area,
        "state": state,
        "place": "home",
        "started_at": started_at or effective_at,
        "days": 14,
        "effective_at": effective_at,
    }


def write(store: Store, *events: dict[str, Any]) -> list[str]:
    return store.append(LOCAL, {"isolation_event": pd.DataFrame(events)})


def test_a_reading_is_written_whole(store: Store) -> None:
    write(store, event("x", "observing", at(10, 8)))
    (event_id,) = readings.record(
        store,
        LOCAL,
        "x",
        temperature=36.8,
        symptoms=["cough", "cough", "fatigue"],
        went_out=False,
        needs=" 买菜 ",
        participants=["民警", "医生", "", "网格员"],
        effective_at=at(12, 9),
    )
    row = counted(store)
    assert row["taken"] == 1
    assert row["joint"] == 1
    written = store.run("select_alarms", LOCAL, fever=37.3).iloc[0]
    assert (written["event_id"], written["symptoms"], written["temperature"]) == (event_id, "cough,fatigue", 36.8)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"temperature": 45.0}, "45.0 °C is not a body temperature"),
        ({"temperature": 33.9}, "33.9 °C is not a body temperature"),
        ({"temperature": None}, "temperature is missing"),
        ({"symptoms": ["cough", "hiccups"]}, "'hiccups' is not a symptom"),
        ({"channel": "letter"}, "'letter' is not a way"),
        ({"effective_at": at(12, 18, 1)}, "2020-02-12 18:01 lies in the future"),
        ({"effective_at": at(10, 7, 59)}, r"from before the isolation began \(2020-02-10 08:00\)"),
        ({"effective_at": at(12, 12)}, r"had ended \(2020-02-12 12:00\)"),
        ({"event_id": "1"}, "not the id"),
    ],
)
def test_a_reading_is_refused_in_one_sentence(store: Store, wrong: dict[str, Any], said: str) -> None:
    write(store, event("x", "observing", at(10, 8)), event("x", "released", at(12, 12), started_at=at(10, 8)))
    with pytest.raises(InputError, match=said):
        readings.record(store, LOCAL, "x", **{"temperature": 36.5, "effective_at": at(11, 9), **wrong})
    assert not len(readings.counts(View(store, LOCAL, at=NOW), start=at(1)).query("taken > 0"))


def test_no_episode_no_reading(store: Store) -> None:
    write(store, event("x", "observing", at(10, 8)))
    with pytest.raises(NotFound, match="'y'"):
        readings.record(store, LOCAL, "y", temperature=36.5)
    with pytest.raises(NotFound):
        readings.record(store, Viewer("b", areas=frozenset({"b"})), "x", temperature=36.5)


def test_sent_twice_written_once(store: Store) -> None:
    write(store, event("x", "observing", at(10, 8)))
    own = new_id()
    for temperature in (36.5, 36.9):
        assert readings.record(store, LOCAL, "x", temperature=temperature, effective_at=at(12, 9), event_id=own) == [own]
    assert counted(store)["taken"] == 1


def test_readings_before_a_corrected_start_count(store: Store) -> None:
    # The start was written as the 10th; a correction says that it was the 8th.
    write(store, event("x", "observing", at(10, 8)), event("x", "observing", at(11), started_at=at(8, 8)))
    readings.record(store, LOCAL, "x", temperature=36.5, effective_at=at(9, 9))
    with pytest.raises(InputError, match="before the isolation began"):
        readings.record(store, LOCAL, "x", temperature=36.5, effective_at=at(8, 7))


def test_many_are_checked_as_one_is(store: Store) -> None:
    write(
        store,
        event("x", "observing", at(5, 8)),
        event("x", "hospital", at(8), started_at=at(5, 8)),
        event("x", "released", at(10), started_at=at(5, 8)),
        event("y", "observing", at(11)),
    )
    rng = np.random.default_rng(2020)
    frame = pd.DataFrame(
        {
            "episode_id": rng.choice(["x", "y", "z"], 400),
            "temperature": rng.choice([36.5, 37.4, 45.0, 30.0], 400, p=[0.6, 0.2, 0.1, 0.1]),
            "symptoms": rng.choice(["", "cough", "cough,sneeze"], 400),
            "channel": rng.choice(["visit", "phone", "pigeon"], 400, p=[0.5, 0.4, 0.1]),
            "effective_at": [at(4) + timedelta(minutes=int(m)) for m in rng.integers(0, 10 * 1440, 400)],
        }
    )
    found = readings.check_readings(frame, readings.periods(View(store, LOCAL)), now=store.now())
    for n, row in enumerate(frame.itertuples(index=False)):
        begun = {"x": at(5, 8), "y": at(11)}.get(row.episode_id)
        ended = {"x": at(10)}.get(row.episode_id)
        wrong = (
            not 34 <= row.temperature <= 43
            or "sneeze" in row.symptoms
            or row.channel == "pigeon"
            or begun is None
            or not begun <= row.effective_at <= NOW
            or (ended is not None and row.effective_at >= ended)
        )
        assert (n in found) == wrong, row
    assert 50 < len(found) < 390


# Slots


def counted(store: Store, area: str = "a", *, start: datetime | None = None, **when: Any) -> dict[str, int]:
    frame = readings.counts(View(store, LOCAL, **{"at": NOW, **when}), start=start or at(11, 18)).set_index("area_id")
    return {name: int(frame.loc[area, name]) for name in frame.columns}


def test_expected_missed_and_due(store: Store) -> None:
    write(
        store,
        event("x", "observing", at(9)),
        event("late", "observing", at(12, 10, 1)),  # 1:59 before the morning's slot closes
        event("early", "observing", at(12, 10)),
        event("gone", "observing", at(9), area="b"),
        event("gone", "hospital", at(12, 12), area="b", started_at=at(9)),  # as the slot closes it is there no more
    )
    assert counted(store) == {"taken": 0, "joint": 0, "expected": 3, "missed": 3, "due": 3}
    assert counted(store, "b") == {"taken": 0, "joint": 0, "expected": 1, "missed": 1, "due": 0}
    readings.record(store, LOCAL, "x", temperature=36.5, channel="video", effective_at=at(12, 11, 59))
    readings.record(store, LOCAL, "x", temperature=36.5, effective_at=at(12, 12))
    undone = readings.record(store, LOCAL, "early", temperature=36.5, effective_at=at(12, 11))
    assert counted(store) == {"taken": 3, "joint": 0, "expected": 3, "missed": 1, "due": 2}
    store.undo(LOCAL, undone)
    assert counted(store) == {"taken": 2, "joint": 0, "expected": 3, "missed": 2, "due": 2}


def test_a_reading_learned_later_changes_nothing_that_was_known(store: Store) -> None:
    write(store, {**event("x", "observing", at(9)), "recorded_at": at(9)})
    late = {"episode_id": "x", "area_id": "a", "temperature": 36.5, "effective_at": at(12, 11), "recorded_at": at(12, 20)}
    store.append(LOCAL, {"reading": pd.DataFrame([late])})
    assert counted(store, known_at=NOW)["missed"] == 2
    assert counted(store)["missed"] == 1


def test_an_episode_counts_where_it_is_at_the_moment_asked(store: Store) -> None:
    write(store, event("x", "observing", at(9)), event("x", "observing", at(12, 15), area="b", started_at=at(9)))
    assert counted(store, at=at(12, 14), start=at(11, 18))["missed"] == 2
    assert counted(store, "b")["missed"] == 2


@pytest.mark.parametrize("slots", [[["00:00", "12:00"], ["12:00", "24:00"]], [["00:00", "08:00"], ["08:00", "16:00"], ["16:00", "24:00"]]])
def test_slots_part_every_window(slots: list[list[str]]) -> None:
    minutes = parts_of_day(slots)
    start, end = at(3, 7, 13), at(5, 9, 41)
    found = slots_between(lambda _day: minutes, start=start, at=end, zone=ZONE)
    assert found.opens[0] <= start < found.closes[0]
    assert found.opens[-1] <= end < found.closes[-1]
    assert list(found.opens[1:]) == list(found.closes[:-1])
    # A window that ends as a slot closes holds that slot, closed, and the next one, open.
    assert slots_between(lambda _day: minutes, start=at(3), at=at(4), zone=ZONE).closes == tuple(
        at(3) + timedelta(hours=24 // len(slots) * (n + 1)) for n in range(len(slots) + 1)
    )


@pytest.mark.parametrize(
    "slots",
    [[], [["00:00", "12:00"]], [["00:00", "13:00"], ["12:00", "24:00"]], [["06:00", "24:00"]], [["a", "24:00"]], [[], []], [["00:00"]]],
)
def test_slots_that_do_not_part_the_day_are_refused(slots: list[list[str]]) -> None:
    with pytest.raises(InputError, match="part the day"):
        parts_of_day(slots)
